/* The table of forms (Atom, RSS, JSON Feed): names, media types, endings of addresses. */
#include <tamis/form.h>

#include "form_writer.h"

static const struct form_writer *const writers[TMS_FORMS] = {
	[TMS_FORM_ATOM] = &atom_writer,
	[TMS_FORM_RSS] = &rss_writer,
	[TMS_FORM_JSON] = &json_feed_writer,
};

const struct form_writer *form_writer_of(enum tms_form form)
{
	return writers[form];
}

struct tms_str tms_form_name(enum tms_form form)
{
	return writers[form]->name;
}

struct tms_str tms_form_title(enum tms_form form)
{
	return writers[form]->title;
}

struct tms_str tms_form_content_type(enum tms_form form)
{
	return writers[form]->content_type;
}

bool tms_form_find(struct tms_str name, enum tms_form *out)
{
	for (int i = 0; i < TMS_FORMS; i++)
		if (tms_str_equal(writers[i]->name, name)) {
			*out = (enum tms_form)i;
			return true;
		}
	return false;
}

bool tms_form_cut(struct tms_str *path, enum tms_form *out)
{
	for (int i = 0; i < TMS_FORMS; i++) {
		struct tms_str name = writers[i]->name;
		if (!tms_str_ends(*path, name) || path->len == name.len ||
			path->ptr[path->len - name.len - 1] != '.')
			continue;
		path->len -= name.len + 1;
		*out = (enum tms_form)i;
		return true;
	}
	return false;
}
