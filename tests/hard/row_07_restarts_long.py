"""A hundred restarts under load."""
from row_07_restarts import judge

is_long = True


def play():
    return judge(100)
