/* A compiled path through JSON. */
#ifndef TAMIS_SELECT_JSON_PATH_PRIVATE_H
#define TAMIS_SELECT_JSON_PATH_PRIVATE_H

#include <tamis/json_path.h>

#define JSON_PATH_PARTS_MAX 200
#define JSON_PATH_DEPTH_MAX 12

enum json_selector_kind { JSON_NAME, JSON_ALL, JSON_INDEX, JSON_SLICE, JSON_FILTER };

struct json_filter;

struct json_selector {
	enum json_selector_kind kind;
	const char *name;
	int64_t start, end, step; /* start: also the index */
	bool has_start, has_end;
	struct json_filter *filter;
	struct json_selector *next;
};

/** What stands between two dots, or in one pair of brackets. */
struct json_segment {
	bool is_deep; /* ".." stands before it */
	struct json_selector *selectors;
	struct json_segment *next;
};

struct tms_json_path {
	struct json_segment *segments;
};

enum json_operand_kind {
	JSON_OF_ELEMENT,
	JSON_OF_ROOT,
	JSON_TEXT,
	JSON_NUMBER,
	JSON_FACT,
	JSON_NULL
};

struct json_operand {
	enum json_operand_kind kind;
	struct tms_json_path path;
	struct tms_str text;
	double number;
	bool fact;
};

enum json_filter_kind { JSON_OR, JSON_AND, JSON_NOT, JSON_EXISTS, JSON_COMPARE };
enum json_comparison { JSON_EQ, JSON_NE, JSON_LE, JSON_LT, JSON_GE, JSON_GT };

struct json_filter {
	enum json_filter_kind kind;
	struct json_filter *left, *right;
	enum json_comparison comparison;
	struct json_operand a, b;
};

#endif
