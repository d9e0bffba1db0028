/* Fields of a request, looked up by their name. Source: RFC 9110 sections 5.1 to 5.3. */
#include <tamis/request.h>

#include "field_value.h"

const struct tms_header *tms_request_find(const struct tms_request *request, struct tms_str name)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (request->headers[i].name.len == name.len &&
			tms_str_equal_caseless(request->headers[i].name, name))
			return &request->headers[i];
	return NULL;
}

struct tms_str tms_request_header(const struct tms_request *request, struct tms_str name)
{
	const struct tms_header *found = tms_request_find(request, name);

	return found ? found->value : TMS_STR_NONE;
}

struct tms_str tms_request_list(
	struct tms_arena *arena, const struct tms_request *request, struct tms_str name)
{
	struct tms_str list = { 0 };
	size_t found = 0;

	for (size_t i = 0; i < request->header_count; i++) {
		const struct tms_header *header = &request->headers[i];
		if (header->name.len != name.len || !tms_str_equal_caseless(header->name, name))
			continue;
		list = found++ == 0 ? header->value
				    : tms_arena_format(arena, "%.*s, %.*s", TMS_STR_ARGS(list),
					      TMS_STR_ARGS(header->value));
	}
	return list;
}

bool tms_list_has_token(struct tms_str list, struct tms_str token)
{
	struct tms_str element = { 0 };

	while (http_list_next(&list, &element)) {
		size_t end = tms_str_find_byte(element, ';', 0);
		if (tms_str_equal_caseless(http_trim(tms_str_slice(element, 0, end)), token))
			return true;
	}
	return false;
}
