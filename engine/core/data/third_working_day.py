#!/usr/bin/env python3
"""Writes third_working_day.csv: for each day of sending the third working day after it.

An oracle made by another tool than the one under test: it asks the package itself, day by day, and
reads neither kz_holidays.csv nor any code of ours.

    python3 -m venv /tmp/holidays && /tmp/holidays/bin/pip install holidays==0.109
    /tmp/holidays/bin/python third_working_day.py > third_working_day.csv
"""

import datetime
import importlib.metadata

import holidays

FIRST, LAST = datetime.date(2021, 1, 1), datetime.date(2027, 12, 28)
ONE_DAY = datetime.timedelta(days=1)
VERSION = "0.109"


def main():
    assert importlib.metadata.version("holidays") == VERSION, f"made with holidays {VERSION}"
    # 2028 is asked for as well, so that nothing at the end of 2027 hangs on a missing year.
    calendar = holidays.country_holidays("KZ", years=range(2020, 2029))
    print("sent,third_working_day")
    sent = FIRST
    while sent <= LAST:
        day, found = sent, 0
        while found < 3:
            day += ONE_DAY
            found += calendar.is_working_day(day)
        print(f"{sent},{day}")
        sent += ONE_DAY


if __name__ == "__main__":
    main()
