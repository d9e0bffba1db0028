/* The parts of answers that wait to be sent (iovecs), and who lends them. */
#include "output.h"

#include <stdlib.h>

void output_drop_kept(struct output *output, struct tms_quota *quota)
{
	if (!output->kept)
		return;
	free(output->kept);
	quota_let_go(quota, output->kept_bytes);
	output->kept = NULL;
	output->kept_bytes = 0;
}

void output_drop(struct output *output, struct tms_quota *quota)
{
	struct output dropped = *output;

	*output = (struct output){ 0 };
	for (size_t i = 0; i < dropped.lender_count; i++)
		dropped.lenders[i].release(dropped.lenders[i].owner);
	output_drop_kept(&dropped, quota);
}

bool output_make_room(struct tms_arena *arena, struct output *output, size_t more)
{
	size_t wanted = output->part_count + more;

	if (!tms_arena_grow(arena, &output->lenders, output->lender_count, &output->lender_capacity,
		    sizeof(*output->lenders)))
		return false;
	if (wanted <= output->part_capacity)
		return true;
	if (output->part_capacity)
		wanted *= 2; /* a second answer: there may be more */
	struct iovec *parts = TMS_ARENA_ARRAY(arena, struct iovec, wanted);
	if (!parts)
		return false;
	if (output->part_count)
		memcpy(parts, output->parts, output->part_count * sizeof(*parts));
	output->parts = parts;
	output->part_capacity = wanted;
	return true;
}

void output_add(struct output *output, struct tms_str part)
{
	output->parts[output->part_count++] =
		(struct iovec){ (void *)(uintptr_t)part.ptr, part.len };
	output->bytes += part.len;
}

void output_advance(struct output *output, size_t sent)
{
	output->sent += sent;
	if (output->sent == output->bytes) {
		output->next = output->part_count; /* nearly always, at once */
		return;
	}
	while (output->next < output->part_count) {
		struct iovec *part = &output->parts[output->next];
		if (sent < part->iov_len) {
			part->iov_base = (char *)part->iov_base + sent;
			part->iov_len -= sent;
			return;
		}
		sent -= part->iov_len;
		output->next++;
	}
}

bool output_is_left(const struct output *output)
{
	return output->next < output->part_count || output->file.bytes;
}
