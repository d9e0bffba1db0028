/* Identities of items (arXiv ids, publishers' ids) and Atom ids: <tamis/identity.h>. */
#include <tamis/identity.h>

#include <sodium.h>
#include <uuid/uuid.h>

#include <tamis/buf.h>
#include <tamis/url.h>

#define HASH_BYTES 16

/* ---- papers ---- */

static size_t digits(struct tms_str text, size_t at)
{
	size_t i = at;

	while (i < text.len && tms_is_digit(text.ptr[i]))
		i++;
	return i - at;
}

/* Where the version ends that starts at `at`; `at` when there is none. */
static size_t skip_version(struct tms_str text, size_t at)
{
	if (at < text.len && text.ptr[at] == 'v' && digits(text, at + 1) > 0)
		return at + 1 + digits(text, at + 1);
	return at;
}

static struct tms_str strip_prefixes(struct tms_str text)
{
	static const struct tms_str prefixes[] = {
		TMS_STR_INIT("oai:arXiv.org:"),
		TMS_STR_INIT("doi:"),
		TMS_STR_INIT("10.48550/"),
		TMS_STR_INIT("arXiv:"),
		TMS_STR_INIT("arXiv."),
	};

	text = tms_str_trim(text);
	for (size_t i = 0; i < TMS_COUNT(prefixes); i++)
		if (tms_str_starts_caseless(text, prefixes[i]))
			text = tms_str_trim(tms_str_slice(text, prefixes[i].len, SIZE_MAX));
	return text;
}

/* Length of "hep-th", "math", "cond-mat"; 0: no archive stands here. */
static size_t archive_length(struct tms_str text)
{
	size_t i = 0;

	while (i < text.len &&
		((text.ptr[i] >= 'a' && text.ptr[i] <= 'z') || (text.ptr[i] == '-' && i > 0)))
		i++;
	return i >= 2 && i <= 16 ? i : 0;
}

static bool is_upper(char byte)
{
	return byte >= 'A' && byte <= 'Z';
}

/* archive/NNNNNNN, used until March 2007; the subject class is no part of the name */
static struct tms_str old_form(struct tms_arena *arena, struct tms_str text)
{
	size_t archive = archive_length(text);
	size_t at = archive;

	if (archive == 0)
		return (struct tms_str){ 0 };
	if (at + 2 < text.len && text.ptr[at] == '.' && is_upper(text.ptr[at + 1]) &&
		is_upper(text.ptr[at + 2]))
		at += 3;
	if (at >= text.len || text.ptr[at] != '/' || digits(text, at + 1) != 7)
		return (struct tms_str){ 0 };
	if (skip_version(text, at + 8) != text.len)
		return (struct tms_str){ 0 };
	return tms_arena_format(arena, "%.*s/%.*s", (int)archive, text.ptr, 7, text.ptr + at + 1);
}

struct tms_str tms_arxiv_id(struct tms_arena *arena, struct tms_str text)
{
	text = strip_prefixes(text);
	if (digits(text, 0) == 4 && text.len > 4 && text.ptr[4] == '.') {
		size_t number = digits(text, 5);
		if ((number == 4 || number == 5) && skip_version(text, 5 + number) == text.len)
			return tms_arena_copy(arena, tms_str_slice(text, 0, 5 + number));
		return (struct tms_str){ 0 };
	}
	return old_form(arena, text);
}

/* Where papers have their pages: host (with all its subdomains where `sub`), and what stands before
 * the id. */
static const struct {
	struct tms_str host;
	bool sub;
	struct tms_str path;
} paper_pages[] = {
	{ TMS_STR_INIT("arxiv.org"), true, TMS_STR_INIT("/abs/") },
	{ TMS_STR_INIT("arxiv.org"), true, TMS_STR_INIT("/pdf/") },
	{ TMS_STR_INIT("arxiv.org"), true, TMS_STR_INIT("/html/") },
	{ TMS_STR_INIT("arxiv.org"), true, TMS_STR_INIT("/format/") },
	{ TMS_STR_INIT("arxiv.org"), true, TMS_STR_INIT("/e-print/") },
	{ TMS_STR_INIT("arxiv.org"), true, TMS_STR_INIT("/src/") },
	{ TMS_STR_INIT("huggingface.co"), true, TMS_STR_INIT("/papers/") },
	{ TMS_STR_INIT("hf.co"), false, TMS_STR_INIT("/papers/") },
	{ TMS_STR_INIT("doi.org"), true, TMS_STR_INIT("/10.48550/") },
};

static bool host_is(struct tms_str host, struct tms_str wanted, bool sub)
{
	if (tms_str_equal(host, wanted))
		return true;
	return sub && host.len > wanted.len && tms_str_ends(host, wanted) &&
	       host.ptr[host.len - wanted.len - 1] == '.';
}

/* Path of an http(s) address, without query and fragment. */
static struct tms_str path_of(struct tms_str url)
{
	size_t start = tms_str_find(url, TMS_STR("://"), 0);
	size_t end = 0;

	if (start == SIZE_MAX || !tms_str_starts_caseless(url, TMS_STR("http")))
		return (struct tms_str){ 0 };
	start = tms_str_find_byte(url, '/', start + 3);
	if (start == SIZE_MAX)
		return (struct tms_str){ 0 };
	for (end = start; end < url.len && url.ptr[end] != '?' && url.ptr[end] != '#';)
		end++;
	return tms_str_slice(url, start, end);
}

struct tms_str tms_arxiv_id_of_url(struct tms_arena *arena, struct tms_str url)
{
	struct tms_str path = path_of(tms_str_trim(url));

	if (path.len == 0)
		return path;
	struct tms_str host = { 0 };
	for (size_t i = 0; i < TMS_COUNT(paper_pages); i++) {
		if (!tms_str_starts(path, paper_pages[i].path))
			continue;
		if (host.len == 0)
			host = tms_link_host(arena, url);
		if (!host_is(host, paper_pages[i].host, paper_pages[i].sub))
			continue;
		struct tms_str id = tms_str_slice(path, paper_pages[i].path.len, SIZE_MAX);
		while (tms_str_ends(id, TMS_STR("/")))
			id.len--;
		if (tms_str_ends(id, TMS_STR(".pdf")))
			id.len -= 4;
		return tms_arxiv_id(arena, id);
	}
	return (struct tms_str){ 0 };
}

static struct tms_str joined(struct tms_arena *arena, struct tms_str a, struct tms_str b)
{
	char *text = tms_arena_alloc(arena, a.len + b.len + 1);

	if (!text)
		return (struct tms_str){ 0 };
	memcpy(text, a.ptr, a.len);
	if (b.len > 0)
		memcpy(text + a.len, b.ptr, b.len);
	return (struct tms_str){ text, a.len + b.len };
}

struct tms_str tms_arxiv_abs_url(struct tms_arena *arena, struct tms_str arxiv_id)
{
	return joined(arena, TMS_STR("https://arxiv.org/abs/"), arxiv_id);
}

struct tms_str tms_arxiv_pdf_url(struct tms_arena *arena, struct tms_str arxiv_id)
{
	return joined(arena, TMS_STR("https://arxiv.org/pdf/"), arxiv_id);
}

struct tms_str tms_hf_paper_url(struct tms_arena *arena, struct tms_str arxiv_id)
{
	return joined(arena, TMS_STR("https://huggingface.co/papers/"), arxiv_id);
}

bool tms_is_hf_url(struct tms_str url)
{
	struct tms_url parts;

	return tms_url_is_http(url) && tms_url_parse(url, &parts) &&
	       (tms_str_equal_caseless(parts.host, TMS_STR("huggingface.co")) ||
		       tms_str_equal_caseless(parts.host, TMS_STR("hf.co")));
}

struct tms_str tms_identity_arxiv(struct tms_str identity)
{
	const struct tms_str prefix = TMS_STR("arxiv:");

	return tms_str_starts(identity, prefix) ? tms_str_slice(identity, prefix.len, SIZE_MAX)
						: TMS_STR_NONE;
}

/* ---- identity ---- */

/* A bare number like 1234.5678 is an arXiv id only from those who list papers; with a prefix it
 * always is. */
static struct tms_str paper_of(struct tms_arena *arena, const struct tms_item *item)
{
	struct tms_str upstream = tms_str_trim(item->upstream_id);
	bool lists_papers = item->origin != TMS_ORIGIN_OTHER;
	struct tms_str id = { 0 };

	if (lists_papers || tms_str_starts_caseless(upstream, TMS_STR("oai:arXiv.org:")) ||
		tms_str_starts_caseless(upstream, TMS_STR("arXiv:")))
		id = tms_arxiv_id(arena, upstream);
	if (id.len == 0)
		id = tms_arxiv_id_of_url(arena, upstream);
	if (id.len == 0)
		id = tms_arxiv_id_of_url(arena, item->link);
	if (id.len == 0 && tms_str_starts_caseless(item->doi, TMS_STR("10.48550/")))
		id = tms_arxiv_id(arena, item->doi);
	return id;
}

static void add_field(struct tms_buf *out, struct tms_str value)
{
	if (value.len == 0)
		return;
	tms_buf_add(out, value);
	tms_buf_add_char(out, '\n');
}

/*
 * All that an item says which has neither title nor text: a picture, a recording, a name, a date.
 * What it has from its listing (the language) and what moves (numbers) are left out.
 */
static void add_fields(struct tms_buf *out, const struct tms_item *item)
{
	size_t runs_count, lists_count;
	const struct tms_item_run *runs = tms_item_runs(&runs_count);
	const struct tms_item_list *lists = tms_item_lists(&lists_count);
	const char *bytes = (const char *)item;

	for (size_t i = 0; i < runs_count; i++)
		if (runs[i].offset != offsetof(struct tms_item, id) &&
			runs[i].offset != offsetof(struct tms_item, language))
			add_field(out,
				*(const struct tms_str *)(const void *)(bytes + runs[i].offset));
	for (size_t i = 0; i < lists_count; i++) {
		const char *array = *(char *const *)(const void *)(bytes + lists[i].offset);
		size_t count = *(const size_t *)(const void *)(bytes + lists[i].count_offset);
		for (size_t k = 0; k < count; k++)
			for (size_t r = 0; r < lists[i].runs; r++)
				add_field(out, ((const struct tms_str *)(const void
							       *)(array + k * lists[i].size))[r]);
	}
	if (item->upstream_updated != TMS_TIME_NONE)
		tms_buf_format(out, "%lld\n", (long long)item->upstream_updated);
}

static struct tms_str hash_of(struct tms_arena *arena, struct tms_str words, tms_time published)
{
	unsigned char hash[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];
	struct tms_str text =
		tms_arena_format(arena, "%.*s\n%lld", TMS_STR_ARGS(words), (long long)published);

	(void)crypto_generichash(
		hash, sizeof(hash), (const unsigned char *)text.ptr, text.len, NULL, 0);
	(void)sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	return tms_arena_format(arena, "hash:%s", hex);
}

enum tms_status tms_item_identify_by_words(
	struct tms_arena *arena, struct tms_item *item, struct tms_str words)
{
	struct tms_str id = hash_of(arena, words, item->published);

	if (arena->status != TMS_OK)
		return arena->status;
	item->id = id;
	return TMS_OK;
}

enum tms_status tms_item_identify_by_text(struct tms_arena *arena, struct tms_item *item)
{
	struct tms_buf fields = { 0 };
	struct tms_str words = item->title.len ? item->title : item->summary;
	enum tms_status st = TMS_OK;

	if (words.len == 0) {
		add_fields(&fields, item);
		words = tms_buf_str(&fields);
		st = fields.status;
	}
	if (st == TMS_OK && words.len == 0 && item->published == TMS_TIME_NONE)
		st = TMS_EINVAL;
	if (st == TMS_OK)
		st = tms_item_identify_by_words(arena, item, words);
	tms_buf_free(&fields);
	return st;
}

/* An address as listings' links are: absolute, and free of tracking. */
static struct tms_str clean_link(struct tms_arena *arena, struct tms_str url)
{
	const struct tms_str no_base = { 0 };

	if (tms_link_is_clean(url))
		return url;
	struct tms_str whole = tms_url_resolve(arena, no_base, url);
	struct tms_str clean = tms_link_clean(arena, whole.len ? whole : url);
	return clean.len ? clean : url;
}

/* Is the upstream's id nothing but the item's link, perhaps with what only tracks? */
static bool is_link(struct tms_arena *arena, struct tms_str upstream, struct tms_str link)
{
	if (link.len == 0 || tms_str_equal(upstream, link))
		return link.len > 0;
	return tms_url_is_http(upstream) &&
	       tms_str_equal(clean_link(arena, upstream), clean_link(arena, link));
}

enum tms_status tms_item_identify(
	struct tms_arena *arena, struct tms_item *item, struct tms_str listing_host)
{
	struct tms_str upstream = tms_str_trim(item->upstream_id);
	struct tms_str paper = paper_of(arena, item);
	struct tms_str id = { 0 };
	bool is_named_by_link =
		upstream.len == 0 ? item->link.len > 0 : is_link(arena, upstream, item->link);

	if (paper.len > 0) {
		id = joined(arena, TMS_STR("arxiv:"), paper);
	} else if (is_named_by_link) {
		struct tms_str link = clean_link(arena, item->link);
		id = joined(arena, TMS_STR("id:"), tms_iri_encode(arena, link));
	} else if (tms_is_iri(upstream)) {
		struct tms_str iri = tms_iri_encode(arena, upstream);
		id = joined(arena, TMS_STR("id:"), iri);
	} else if (upstream.len > 0) {
		struct tms_str host = tms_link_host(arena, item->link);
		host = host.len ? host : listing_host;
		id = tms_arena_format(
			arena, "id:%.*s/%.*s", TMS_STR_ARGS(host), TMS_STR_ARGS(upstream));
	} else {
		return tms_item_identify_by_text(arena, item);
	}
	if (arena->status != TMS_OK)
		return arena->status;
	item->id = id;
	return TMS_OK;
}

/* ---- Atom ids ---- */

/* RFC 4151: an authority is a DNS name; addresses in brackets and names in other scripts are none.
 */
static bool is_tag_authority(struct tms_str host)
{
	for (size_t i = 0; i < host.len; i++)
		if (!tms_is_alnum(host.ptr[i]) && host.ptr[i] != '-' && host.ptr[i] != '.')
			return false;
	return host.len > 0;
}

/* Every '%' and '#' is encoded too, so that two ids can never become one. */
static struct tms_str tag_of(struct tms_arena *arena, struct tms_str host, struct tms_str specific)
{
	struct tms_buf out = { 0 };

	for (size_t i = 0; i < specific.len; i++) {
		char byte = specific.ptr[i];
		if (byte == '%' || byte == '#')
			tms_buf_format(&out, "%%%02X", (unsigned char)byte);
		else
			tms_buf_add_char(&out, byte);
	}
	if (out.status != TMS_OK)
		arena->status = out.status;
	struct tms_str encoded = tms_iri_encode(arena, tms_buf_str(&out));
	tms_buf_free(&out);
	return tms_arena_format(
		arena, "tag:%.*s,2000:%.*s", TMS_STR_ARGS(host), TMS_STR_ARGS(encoded));
}

static struct tms_str uuid_of(struct tms_arena *arena, struct tms_str name)
{
	uuid_t uuid;
	char text[37]; /* UUID_STR_LEN */

	uuid_generate_sha1(uuid, *uuid_get_template("url"), name.ptr ? name.ptr : "", name.len);
	uuid_unparse_lower(uuid, text);
	return tms_arena_format(arena, "urn:uuid:%s", text);
}

struct tms_str tms_item_atom_id(struct tms_arena *arena, struct tms_str identity)
{
	struct tms_str paper = tms_identity_arxiv(identity);

	if (paper.len > 0)
		return tms_arxiv_abs_url(arena, paper);
	/* what older versions made of a link; windows that were stored may still hold it */
	if (tms_str_starts(identity, TMS_STR("url:")))
		return uuid_of(arena, tms_str_slice(identity, 4, SIZE_MAX));
	if (!tms_str_starts(identity, TMS_STR("id:")))
		return uuid_of(arena, identity);
	struct tms_str rest = tms_str_slice(identity, 3, SIZE_MAX);
	size_t slash = tms_str_find_byte(rest, '/', 0);
	struct tms_str host = tms_str_slice(rest, 0, slash);
	if (tms_is_iri(rest)) /* a host never has a colon before its slash */
		return tms_iri_encode(arena, rest);
	if (slash == SIZE_MAX || !is_tag_authority(host))
		return uuid_of(arena, identity);
	return tag_of(arena, host, tms_str_slice(rest, slash + 1, SIZE_MAX));
}
