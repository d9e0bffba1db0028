/* A message with its place: the line, and a caret under it. */
#include <tamis/diag.h>

#define SHOWN_CHARACTERS 76 /* of a line; the place is kept in the middle */
#define ELLIPSIS "\xe2\x80\xa6"

/* The bytes of the UTF-8 character at `at`, whatever follows. */
static size_t character_bytes(struct tms_str s, size_t at)
{
	size_t end = at + 1;

	while (end < s.len && ((unsigned char)s.ptr[end] & 0xC0) == 0x80)
		end++;
	return end - at;
}

static size_t count_characters(struct tms_str s)
{
	size_t count = 0;

	for (size_t at = 0; at < s.len; at += character_bytes(s, at))
		count++;
	return count;
}

/* Behind `count` characters, or the end. */
static size_t skip_characters(struct tms_str s, size_t count)
{
	size_t at = 0;

	while (count-- > 0 && at < s.len)
		at += character_bytes(s, at);
	return at;
}

/* East Asian letters take two columns of a terminal. Source: Unicode TR 11, the large blocks of it.
 */
static bool is_wide(struct tms_str s, size_t at)
{
	unsigned char lead = (unsigned char)s.ptr[at];
	unsigned char next = character_bytes(s, at) > 1 ? (unsigned char)s.ptr[at + 1] : 0;

	if (lead == 0xE1)
		return next >= 0x84 && next <= 0x85;
	if (lead == 0xE2)
		return next >= 0xBA;
	if (lead == 0xEF)
		return (next >= 0xA4 && next <= 0xAB) || (next >= 0xBC && next <= 0xBD);
	return (lead >= 0xE3 && lead <= 0xED && !(lead == 0xED && next > 0x9E)) || lead == 0xF0;
}

static struct tms_str line_of(struct tms_str text, uint32_t number)
{
	struct tms_str line = { 0 };

	while (number-- > 0)
		if (!tms_str_split(&text, '\n', &line))
			return (struct tms_str){ 0 };
	if (tms_str_ends(line, TMS_STR("\r")))
		line.len--;
	return line;
}

/* A character of the line as it is shown; tabs stay, other control characters are spaces. */
static char shown_byte(char byte)
{
	return ((unsigned char)byte < ' ' && byte != '\t') || byte == 0x7F ? ' ' : byte;
}

static void add_shown(struct tms_buf *buf, struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		tms_buf_add_char(buf, shown_byte(s.ptr[i]));
}

static void add_line_and_caret(struct tms_buf *buf, struct tms_str line, size_t before)
{
	size_t total = count_characters(line);
	size_t first = before > SHOWN_CHARACTERS / 2 ? before - SHOWN_CHARACTERS / 2 : 0;

	if (total <= SHOWN_CHARACTERS)
		first = 0;
	struct tms_str shown = tms_str_slice(line, skip_characters(line, first), line.len);
	size_t end = skip_characters(shown, SHOWN_CHARACTERS);
	if (first > 0)
		tms_buf_add_cstr(buf, ELLIPSIS);
	add_shown(buf, tms_str_slice(shown, 0, end));
	if (end < shown.len)
		tms_buf_add_cstr(buf, ELLIPSIS);
	tms_buf_add_cstr(buf, first > 0 ? "\n " : "\n");
	struct tms_str left = tms_str_slice(shown, 0, skip_characters(shown, before - first));
	for (size_t at = 0; at < left.len; at += character_bytes(left, at))
		tms_buf_add_cstr(buf, left.ptr[at] == '\t' ? "\t" : is_wide(left, at) ? "  " : " ");
	tms_buf_add_cstr(buf, "^\n");
}

void tms_diag_write(struct tms_buf *buf, const struct tms_diag *diag, struct tms_str text)
{
	if (diag->line == 0) {
		tms_buf_format(buf, "%s\n", diag->text);
		return;
	}
	tms_buf_format(
		buf, "%u:%u: %s\n", (unsigned)diag->line, (unsigned)diag->column, diag->text);
	struct tms_str line = line_of(text, diag->line);
	size_t before = diag->column > 0 ? diag->column - 1 : 0;
	size_t total = count_characters(line);
	add_line_and_caret(buf, line, before < total ? before : total);
}
