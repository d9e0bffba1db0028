/* What a server has done, summed from any thread, and the names of its reasons. */
#include "server_private.h"

#define ADD(sum, counter) ((sum) += __atomic_load_n(&(counter), __ATOMIC_RELAXED))

void tms_server_counters_add(const struct tms_server *server, struct tms_server_counters *sum)
{
	const struct tms_server_counters *counters = &server->counters;

	ADD(sum->open, counters->open);
	ADD(sum->idle, counters->idle);
	ADD(sum->waiting, counters->waiting);
	ADD(sum->accepted, counters->accepted);
	ADD(sum->requests, counters->requests);
	for (size_t i = 0; i < TMS_COUNT(sum->responses); i++)
		ADD(sum->responses[i], counters->responses[i]);
	for (size_t i = 0; i < TMS_COUNT(sum->rejected); i++)
		ADD(sum->rejected[i], counters->rejected[i]);
	ADD(sum->read_bytes, counters->read_bytes);
	ADD(sum->written_bytes, counters->written_bytes);
	ADD(sum->writes, counters->writes);
}

const char *tms_server_reason_name(enum tms_server_reason reason)
{
	switch (reason) {
	case TMS_REASON_MALFORMED:
		return "malformed";
	case TMS_REASON_LENGTH:
		return "length";
	case TMS_REASON_TOO_LARGE:
		return "too_large";
	case TMS_REASON_UNSUPPORTED:
		return "unsupported";
	case TMS_REASON_HEAD_DEADLINE:
		return "head_deadline";
	case TMS_REASON_BODY_DEADLINE:
		return "body_deadline";
	case TMS_REASON_ANSWER_DEADLINE:
		return "answer_deadline";
	case TMS_REASON_WRITE_DEADLINE:
		return "write_deadline";
	case TMS_REASON_ADDRESS_LIMIT:
		return "address_limit";
	case TMS_REASON_CONNECTION_LIMIT:
		return "connection_limit";
	case TMS_REASON_SLOW:
		return "slow";
	case TMS_REASON_DESCRIPTORS:
		return "descriptors";
	case TMS_REASON_ANSWER_INVALID:
		return "answer_invalid";
	case TMS_REASONS:
		break;
	}
	return "unknown";
}
