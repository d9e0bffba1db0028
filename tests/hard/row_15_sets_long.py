"""Row 15, long: 3,000 sets with the default of limits.sets_bytes."""
from row_15_sets import MB, USERS
from sets import ask_sets

is_long = True
SETS = 3000


def play():
    done = ask_sets(SETS, USERS)
    holds = (set(done["answers"]) == {200} and done["same"] and done["private"] and done["sets"] <= 64e6
             and done["grown"] <= 64 * MB)
    return "%d sets: %d answered, %d put out, %.0f MB counted of 64, %.0f MB resident more" % (
        SETS, done["answers"].count(200), done["put_out"], done["sets"] / 1e6, done["grown"] / MB), holds
