/* The names of kinds and periods of listings. */
#include <tamis/listing.h>

const char *tms_listing_kind_name(enum tms_listing_kind kind)
{
	switch (kind) {
	case TMS_LISTING_HF_API:
		return "hf-api";
	case TMS_LISTING_HF_PAPER:
		return "hf-paper";
	case TMS_LISTING_HF_PAGE:
		return "hf-page";
	case TMS_LISTING_ATOM:
		return "atom";
	case TMS_LISTING_RSS:
		return "rss";
	case TMS_LISTING_JSONFEED:
		return "jsonfeed";
	case TMS_LISTING_RECIPE:
		return "recipe";
	}
	return "unknown";
}

const char *tms_listing_period_name(enum tms_listing_period period)
{
	switch (period) {
	case TMS_PERIOD_NONE:
		return "none";
	case TMS_PERIOD_DAY:
		return "day";
	case TMS_PERIOD_WEEK:
		return "week";
	case TMS_PERIOD_MONTH:
		return "month";
	case TMS_PERIOD_TRENDING:
		return "trending";
	}
	return "none";
}
