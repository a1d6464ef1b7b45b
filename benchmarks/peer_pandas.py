"""The same year as an analyst writes it in pandas: floats, rolling means over the rows there are, groupby."""

from __future__ import annotations

import json
import sys

import numpy as np
import pandas as pd
from paths import paths_of
from points import LIMITS, MEANS, POINTS, STEPS


def main(root: str, first: int, last: int) -> None:
    """Hours to the ranked year."""
    hours = pd.concat([pd.read_parquet(path) for path in paths_of(root, first, last)], ignore_index=True)
    items = [*MEANS, "o3"]
    hours[items] = hours[items] / 1000
    local = hours["time"].dt.tz_convert("Asia/Shanghai") - pd.Timedelta(hours=1)
    hours["date"], hours["hour"] = local.dt.floor("D").dt.tz_localize(None), local.dt.hour + 1
    hours = hours.sort_values(["place", "time"])
    by_day = hours.groupby(["place", "city", "date"])
    days = by_day[MEANS].mean().where(by_day[MEANS].count() >= 20)
    rolling = hours.groupby(["place", "date"])["o3"].rolling(8, min_periods=6).mean()
    hours["o3_8h"] = rolling.reset_index(level=[0, 1], drop=True)
    windows = hours[hours["hour"] >= 8].groupby(["place", "city", "date"])["o3_8h"].agg(["max", "count"])
    days["o3_8h"] = windows["max"].where((windows["count"] >= 14) | (windows["max"] > 160))
    cities = days.groupby(["city", "date"]).mean()
    cities = cities.round({**dict.fromkeys(LIMITS, 0), "co": 1})
    iaqi = pd.DataFrame(
        {item: np.ceil(np.interp(cities[item], POINTS[item], STEPS)) for item in POINTS}, index=cities.index
    ).where(cities.notna())
    cities["aqi"] = iaqi.max(axis=1)
    cities["primary"] = iaqi.apply(
        lambda row: ",".join(row.index[row == row.max()]) if row.max() > 50 else "", axis=1
    )
    groups = cities.groupby("city")
    year = groups[["so2", "no2", "pm10", "pm2_5"]].mean().round(0)
    year["co"] = groups["co"].quantile(0.95).round(1)
    year["o3_8h"] = groups["o3_8h"].quantile(0.9).round(0)
    year["good"] = (cities["aqi"] <= 100).groupby("city").sum()
    year["heavy"] = (cities["aqi"] > 200).groupby("city").sum()
    year["index"] = sum((year[item] / limit).round(2) for item, limit in LIMITS.items()).round(2)
    year["rank"] = year["index"].rank(method="min")
    print(json.dumps({city: f"{index:.2f}" for city, index in year["index"].items()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
