/*
 * The only C++ in the tree: RE2 behind four C functions. RE2 runs in time linear in the text for
 * every pattern, refuses repetitions above 1,000, and keeps to the memory that it is given; no
 * exception leaves this file.
 */
#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <memory>
#include <new>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <string>
#include <vector>

extern "C" {
#include "regex.h"
#include "regex_unicode.h"
}

namespace
{
/* What one expression may take for its program and for the states that make it fast. Measured with
 * (\pL+\s*)+\d$, 1,200 instructions, on 1 MB of text: 1.5 ms with 1 MiB, 100 ms with half of that,
 * when the states do not fit. They are made as texts ask for them; most take a few KB. */
const int64_t bytes_per_instruction = 512;
const int64_t least_bytes = 1024 * 1024;
} // namespace

/* With \b, \w or \d also the expression for texts beyond ASCII, and one that matches whatever either
 * does. */
struct regex {
	re2::RE2 re;
	std::unique_ptr<re2::RE2> units;
	std::string loose;
	regex(re2::StringPiece pattern, const re2::RE2::Options &options) : re(pattern, options)
	{
	}
};

static re2::StringPiece piece(struct tms_str s)
{
	return re2::StringPiece(s.ptr ? s.ptr : "", s.len);
}

static enum tms_status refuse(struct tms_diag *why, const re2::RE2 &re, size_t max_size)
{
	if (re.error_code() == re2::RE2::ErrorPatternTooLarge ||
		re.error_code() == re2::RE2::ErrorRepeatSize || re.ok()) {
		tms_diag_set(why, 0, 0,
			"this regular expression is too large: more than %zu instructions "
			"(limits.query_regex_size), or a repetition above 1000",
			max_size);
		return TMS_ELIMIT;
	}
	tms_diag_set(
		why, 0, 0, "this is no regular expression (RE2 syntax): %s", re.error().c_str());
	return TMS_EINVAL;
}

static bool fits(const re2::RE2 &re, size_t max_size)
{
	return re.ok() && re.ProgramSize() <= static_cast<int>(max_size) &&
	       re.ReverseProgramSize() <= static_cast<int>(max_size);
}

enum tms_status regex_compile(struct tms_str pattern, bool caseless, size_t max_size,
	struct regex **out, struct tms_diag *why)
{
	try {
		re2::RE2::Options options;
		int64_t bytes = static_cast<int64_t>(max_size) * bytes_per_instruction;
		options.set_max_mem(bytes > least_bytes ? bytes : least_bytes);
		options.set_log_errors(false);
		options.set_case_sensitive(!caseless);
		options.set_dot_nl(true);
		std::unique_ptr<struct regex> made(new struct regex(piece(pattern), options));
		if (!fits(made->re, max_size))
			return refuse(why, made->re, max_size);
		*out = made.release();
		return TMS_OK;
	} catch (const std::bad_alloc &) {
		return TMS_ENOMEM;
	}
}

/* What else is needed for texts beyond ASCII. */
static enum tms_status add_units(struct regex *made, const struct regex_unicode &unicode,
	size_t max_size, struct tms_diag *why)
{
	made->units.reset(new re2::RE2(piece(tms_buf_str(&unicode.units)), made->re.options()));
	made->loose.assign(unicode.loose.ptr ? unicode.loose.ptr : "", unicode.loose.len);
	return fits(*made->units, max_size) ? TMS_OK : refuse(why, *made->units, max_size);
}

enum tms_status regex_compile_unicode(struct tms_str pattern, bool caseless, size_t max_size,
	struct regex **out, struct tms_diag *why)
{
	struct regex_unicode unicode = {};
	struct regex *made = nullptr;

	enum tms_status st = regex_compile(pattern, caseless, max_size, &made, why);
	if (st != TMS_OK)
		return st;
	st = regex_unicode_make(pattern, &unicode, why);
	try {
		if (st == TMS_OK && unicode.is_needed)
			st = add_units(made, unicode, max_size, why);
	} catch (const std::bad_alloc &) {
		st = TMS_ENOMEM;
	}
	regex_unicode_free(&unicode);
	if (st == TMS_OK)
		*out = made;
	else
		delete made;
	return st;
}

void regex_free(struct regex *regex)
{
	delete regex;
}

size_t regex_size(const struct regex *regex)
{
	if (!regex)
		return 0;
	int size = regex->re.ProgramSize() > regex->re.ReverseProgramSize()
			   ? regex->re.ProgramSize()
			   : regex->re.ReverseProgramSize();
	if (regex->units && regex->units->ProgramSize() > size)
		size = regex->units->ProgramSize();
	return static_cast<size_t>(size);
}

static bool find_in(const re2::RE2 &re, struct tms_str text, size_t from, bool in_units,
	size_t *start, size_t *end)
{
	re2::StringPiece found[2];

	if (!re.Match(piece(text), from, text.len,
		    in_units ? re2::RE2::ANCHOR_START : re2::RE2::UNANCHORED, found,
		    in_units ? 2 : 1))
		return false;
	*start = static_cast<size_t>(found[in_units].data() - text.ptr);
	*end = *start + found[in_units].size();
	return true;
}

/* The text in its units; false when there is no memory. */
static bool to_units(struct tms_str text, struct tms_buf *out)
{
	regex_add_units(out, text);
	return out->status == TMS_OK;
}

bool regex_find(
	const struct regex *regex, struct tms_str text, size_t from, size_t *start, size_t *end)
{
	struct tms_buf units = {};
	bool found = false;

	try {
		if (from > text.len)
			return false;
		if (!regex->units || regex_is_ascii(text))
			return find_in(regex->re, text, from, false, start, end);
		if (to_units(text, &units))
			found = find_in(*regex->units, tms_buf_str(&units),
				regex_unit_of(text, from), true, start, end);
	} catch (const std::bad_alloc &) {
		found = false;
	}
	if (found) {
		*start = regex_byte_of(text, *start);
		*end = regex_byte_of(text, *end);
	}
	tms_buf_free(&units);
	return found;
}

bool regex_matches(const struct regex *regex, struct tms_str text)
{
	struct tms_buf units = {};
	bool found = false;

	try {
		if (!regex->units || regex_is_ascii(text))
			return regex->re.Match(
				piece(text), 0, text.len, re2::RE2::UNANCHORED, nullptr, 0);
		if (to_units(text, &units))
			found = regex->units->Match(piece(tms_buf_str(&units)), 0, units.len,
				re2::RE2::ANCHOR_START, nullptr, 0);
	} catch (const std::bad_alloc &) {
		found = false;
	}
	tms_buf_free(&units);
	return found;
}

size_t regex_capture(
	const struct regex *regex, struct tms_str text, struct tms_str *groups, size_t max)
{
	re2::StringPiece found[10];
	size_t count = static_cast<size_t>(regex->re.NumberOfCapturingGroups()) + 1;

	count = count < 10 ? count : 10;
	count = count < max ? count : max;
	try {
		if (!regex->re.Match(piece(text), 0, text.len, re2::RE2::UNANCHORED, found,
			    static_cast<int>(count)))
			return 0;
	} catch (const std::bad_alloc &) {
		return 0;
	}
	for (size_t i = 0; i < count; i++) {
		groups[i].ptr = found[i].data();
		groups[i].len = found[i].size();
	}
	return count;
}

namespace
{
const size_t literal_bytes = 3;

bool is_letter_or_digit(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

/* The longest run of letters and digits in a literal of RE2's: what stands inside one word. */
std::string longest_run(const std::string &literal)
{
	std::string best;
	size_t from = 0;

	for (size_t at = 0; at <= literal.size(); at++) {
		if (at < literal.size() && is_letter_or_digit(literal[at]))
			continue;
		if (at - from > best.size())
			best = literal.substr(from, at - from);
		from = at + 1;
	}
	return best.size() >= literal_bytes ? best : std::string();
}

/* True when, as far as literals tell, a text with only these can match. */
bool may_match(const re2::FilteredRE2 &filter, const std::vector<bool> &has)
{
	std::vector<int> there, found;

	for (size_t i = 0; i < has.size(); i++)
		if (has[i])
			there.push_back(static_cast<int>(i));
	filter.AllPotentials(there, &found);
	return !found.empty();
}

/*
 * RE2 knows a formula of ANDs and ORs over literals, and answers only whether it holds. Without the
 * literals that are chosen it must not hold: from none on, the others are let in one by one as long
 * as it still does not. Short ones first, so that what stays out is long, hence rare.
 */
std::vector<std::string> necessary(
	const re2::FilteredRE2 &filter, const std::vector<std::string> &literals)
{
	std::vector<std::string> runs, chosen;
	std::vector<bool> has;

	for (const std::string &literal : literals) {
		runs.push_back(longest_run(literal));
		has.push_back(runs.back().empty()); /* nothing to look for: may be anywhere */
	}
	if (may_match(filter, has))
		return chosen;
	for (size_t length = literal_bytes; length <= 64;
		length = length < 8 ? length + 1 : length * 2)
		for (size_t i = 0; i < runs.size(); i++) {
			if (has[i] || runs[i].size() > length)
				continue;
			has[i] = true;
			if (may_match(filter, has))
				has[i] = false;
		}
	for (size_t i = 0; i < runs.size(); i++)
		if (!has[i])
			chosen.push_back(runs[i]);
	return chosen;
}
} // namespace

enum tms_status regex_literals(const struct regex *regex, struct tms_buf *out)
{
	try {
		re2::FilteredRE2 filter(static_cast<int>(literal_bytes));
		std::vector<std::string> literals;
		int number = 0;
		if (filter.Add(regex->units ? regex->loose : regex->re.pattern(),
			    regex->re.options(), &number) != re2::RE2::NoError)
			return TMS_OK; /* too large a second time: then all texts are asked */
		filter.Compile(&literals);
		for (const std::string &literal : necessary(filter, literals)) {
			struct tms_str run = { literal.data(), literal.size() };
			tms_buf_add_char(out, '\n');
			tms_buf_add(out, run);
		}
		return out->status;
	} catch (const std::bad_alloc &) {
		return TMS_ENOMEM;
	}
}
