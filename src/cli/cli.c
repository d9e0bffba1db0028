/* Command-line options (getopt_long), help texts, input and output of every subcommand. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define OPTIONS_MAX 32
#define READ_STEP_BYTES ((size_t)64 << 10)

/* getopt_long's two forms of one table; 'h' and --help are everyone's. */
struct forms {
	char letters[2 * OPTIONS_MAX + 4];
	struct option names[OPTIONS_MAX + 2];
};

static void forms_fill(struct forms *forms, const struct tms_command *self)
{
	size_t at = 0;
	size_t count = self->options_count < OPTIONS_MAX ? self->options_count : OPTIONS_MAX;

	forms->letters[at++] = ':'; /* a missing value comes back as ':', not as '?' */
	forms->letters[at++] = 'h';
	forms->names[0] = (struct option){ "help", no_argument, NULL, 'h' };
	for (size_t i = 0; i < count; i++) {
		const struct tms_cli_option *option = &self->options[i];
		forms->names[i + 1] = (struct option){ option->name,
			option->value ? required_argument : no_argument, NULL, option->key };
		if (option->key > 255)
			continue;
		forms->letters[at++] = (char)option->key;
		if (option->value)
			forms->letters[at++] = ':';
	}
	forms->letters[at] = '\0';
	forms->names[count + 1] = (struct option){ 0 };
}

int cli_next(const struct tms_command *self, int argc, char **argv)
{
	struct forms forms;
	const char *word = optind > 0 && optind < argc ? argv[optind] : "";

	forms_fill(&forms, self);
	opterr = 0;
	int key = getopt_long(argc, argv, forms.letters, forms.names, NULL);
	if (key == -1)
		return TMS_CLI_END;
	if (key == 'h') {
		tms_cli_help(self);
		return TMS_CLI_HELP;
	}
	if (key != ':' && key != '?')
		return key;
	/* operands may have been skipped before the option, so its word is looked up behind it */
	if (optind > 0 && optind <= argc && argv[optind - 1][0] == '-')
		word = argv[optind - 1];
	if (key == ':')
		(void)cli_usage(self, "the option %s needs a value", word);
	else if (optopt != 0 && word[0] == '-' && word[1] == '-')
		(void)cli_usage(self, "the option %s takes no value", word);
	else if (optopt != 0)
		(void)cli_usage(self, "there is no option -%c", optopt);
	else
		(void)cli_usage(self, "there is no option %s, or it is ambiguous", word);
	return TMS_CLI_BAD;
}

int cli_exit(int key)
{
	return key == TMS_CLI_HELP ? TMS_EXIT_DONE : TMS_EXIT_USAGE;
}

/* Help texts may hold several lines; each is put under the first. */
static void print_indented(const char *text, int indent)
{
	for (; *text; text++) {
		(void)putchar(*text);
		if (*text == '\n')
			(void)printf("%*s", indent, "");
	}
	(void)putchar('\n');
}

static void print_option(const struct tms_cli_option *option)
{
	char left[64];
	int len = option->key > 255
			  ? snprintf(left, sizeof(left), "      --%s", option->name)
			  : snprintf(left, sizeof(left), "  -%c, --%s", option->key, option->name);

	if (option->value && len > 0 && (size_t)len < sizeof(left))
		(void)snprintf(left + len, sizeof(left) - (size_t)len, " %s", option->value);
	(void)printf("%-26s ", left);
	print_indented(option->help, 27);
}

void tms_cli_help(const struct tms_command *self)
{
	(void)printf("Usage: tamis %s%s%s%s\n%s.\n", self->name,
		self->options_count ? " [OPTION]…" : "", self->operands ? " " : "",
		self->operands ? self->operands : "", self->summary);
	(void)printf("\nOptions:\n");
	for (size_t i = 0; i < self->options_count; i++)
		print_option(&self->options[i]);
	print_option(&(struct tms_cli_option){ 'h', "help", NULL, "show this and leave" });
	if (self->details)
		(void)printf("\n%s\n", self->details);
}

/* ---- input and output ---- */

static enum tms_status read_all(
	int file, struct tms_buf *buf, const char *path, struct tms_diag *diag)
{
	for (;;) {
		if (!tms_buf_reserve(buf, READ_STEP_BYTES)) {
			tms_diag_set(diag, 0, 0, "no memory to read %s", path);
			return TMS_ENOMEM;
		}
		ssize_t got = read(file, buf->ptr + buf->len, READ_STEP_BYTES);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			tms_diag_set(diag, 0, 0, "cannot be read: %s", strerror(errno));
			return TMS_EIO;
		}
		if (got == 0)
			return TMS_OK;
		buf->len += (size_t)got;
		if (buf->max && buf->len > buf->max - READ_STEP_BYTES)
			return TMS_ELIMIT;
	}
}

enum tms_status cli_read(struct tms_arena *arena, const char *path, size_t max_bytes,
	struct tms_str *body, struct tms_diag *diag)
{
	/* one step of room behind the limit, so that reaching it is seen before the buffer refuses
	 */
	struct tms_buf buf = { .max = max_bytes ? max_bytes + READ_STEP_BYTES : 0 };
	bool is_stdin = strcmp(path, "-") == 0;
	int file = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	enum tms_status st = TMS_OK;

	if (file < 0) {
		tms_diag_set(diag, 0, 0, "cannot be opened: %s", strerror(errno));
		return TMS_EIO;
	}
	st = read_all(file, &buf, path, diag);
	if (st == TMS_ELIMIT)
		tms_diag_set(diag, 0, 0, "is larger than %zu bytes", max_bytes);
	if (st == TMS_OK) {
		size_t bytes = buf.len;
		struct tms_str copy = tms_arena_take(arena, &buf);
		if (arena->status != TMS_OK) {
			st = arena->status;
			tms_diag_set(diag, 0, 0, "no memory for its %zu bytes", bytes);
		} else {
			*body = copy;
		}
	}
	tms_buf_free(&buf);
	if (!is_stdin)
		(void)close(file);
	return st;
}

bool cli_write(struct tms_str text)
{
	if (text.len > 0 && fwrite(text.ptr, 1, text.len, stdout) != text.len)
		goto fail;
	if (fflush(stdout) == 0)
		return true;
fail:
	tms_cli_error("standard output cannot be written: %s", strerror(errno));
	return false;
}

void cli_complain(const char *path, const struct tms_diag *diag)
{
	(void)fprintf(stderr, "tamis: %s:", strcmp(path, "-") == 0 ? "standard input" : path);
	if (diag->line)
		(void)fprintf(stderr, "%u:", diag->line);
	if (diag->line && diag->column)
		(void)fprintf(stderr, "%u:", diag->column);
	(void)fprintf(stderr, " %s\n", diag->text);
}

void tms_cli_error(const char *format, ...)
{
	va_list args;

	(void)fputs("tamis: ", stderr);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fputc('\n', stderr);
}

int cli_usage(const struct tms_command *self, const char *format, ...)
{
	va_list args;

	(void)fprintf(stderr, "tamis %s: ", self->name);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fprintf(stderr, "\ntry: tamis %s --help\n", self->name);
	return TMS_EXIT_USAGE;
}
