"""Row 15: whoever asks for one set of sources after the other does not take more memory than limits.sets_bytes says."""
from sets import ask_sets

SETS = 100
MB = 1 << 20
USERS = "users: {ada: {feeds: {all: {sources: [s0, s1, s2], match: agents}}}}\n"


def play():
    # smaller than the default, so that a hundred sets exceed it many times
    done = ask_sets(SETS, USERS, "sets_bytes: 8MB")
    holds = (set(done["answers"]) == {200} and done["same"] and done["private"] and done["sets"] <= 8e6
             and done["put_out"] > SETS / 4 and done["grown"] <= 32 * MB)
    return "%d sets: %d answered, %d put out, %.0f MB counted of 8, %.0f MB resident more, feed of a user %s" % (
        SETS, done["answers"].count(200), done["put_out"], done["sets"] / 1e6, done["grown"] / MB,
        "as before" if done["private"] else "CHANGED"), holds
