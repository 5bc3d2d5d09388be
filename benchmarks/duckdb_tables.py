"""The tables of a mart by SQL that is written for the order log of intake.py, and for nothing else.

python benchmarks/duckdb_tables.py FILE DATABASE
"""

import sys
from pathlib import Path

import duckdb

READ = {
    "csv": "read_csv('{file}', header = true, columns = {{'order_id': 'VARCHAR', 'customer_id': 'VARCHAR', "
    "'ordered_at': 'TIMESTAMP', 'amount': 'DECIMAL(18, 2)'}})",
    "parquet": "read_parquet('{file}')",
}
MONTH = "(12 * (year({day}) - 2023) + month({day}) - 1)::INT"
STATEMENTS = """
CREATE TEMP TABLE purchases AS
WITH events AS (
    SELECT customer_id, ordered_at::DATE AS day, count(*) AS orders, sum(amount) AS amount
    FROM (SELECT DISTINCT order_id, customer_id, ordered_at, amount FROM {read})
    WHERE amount > 0 GROUP BY ALL
)
SELECT *, row_number() OVER in_time AS order_rank, min(day) OVER in_time AS first_day,
    lead(day) OVER in_time AS next_day
FROM events WINDOW in_time AS (PARTITION BY customer_id ORDER BY day);

CREATE TABLE customers AS
SELECT customer_id, first_day, max(day) AS last_day, sum(orders) AS orders, count(*) - 1 AS frequency,
    sum(amount) AS amount, coalesce(sum(amount) FILTER (order_rank > 1), 0) AS repeat_amount,
    {first_month} AS cohort, first_day < DATE '2023-01-01' + 180 AS is_mixed,
    max(day) - first_day AS recency_days, DATE '2025-12-31' - first_day AS age_days
FROM purchases GROUP BY customer_id, first_day;

CREATE TABLE daily AS
SELECT day, sum(orders) AS orders, count(*) AS buyers, count(*) FILTER (order_rank = 1) AS first_purchases,
    sum(amount) AS amount
FROM purchases GROUP BY day;

CREATE TEMP TABLE monthly AS
SELECT customer_id, {month} AS month, sum(amount) AS amount, sum(orders) AS orders, count(*) AS days,
    first_day, max(order_rank) AS last_rank, max(day) AS last_day,
    max(coalesce(next_day, DATE '2100-01-01')) AS next_day
FROM purchases GROUP BY customer_id, month, first_day;

CREATE TEMP TABLE steps AS
WITH spells AS (
    SELECT customer_id, {first_month} AS cohort, month + 1 AS since, month = {first_month} AS is_first,
        least({next_month}, 36, {until_month}) AS until
    FROM monthly
), ordered AS (
    SELECT *, lag(until) OVER (PARTITION BY customer_id ORDER BY since) AS before
    FROM spells WHERE until >= since
)
SELECT *, lead(since) OVER (PARTITION BY customer_id ORDER BY since) AS after FROM ordered;

CREATE TABLE cohort_movements AS
WITH moves AS (
    SELECT cohort, since - 1 AS month, 1 AS gained, 0 AS lapsed
    FROM steps WHERE before IS NULL OR before < since - 1
    UNION ALL
    SELECT cohort, until, 0, 1 FROM steps WHERE until < 36 AND (after IS NULL OR after > until + 1)
)
SELECT cohort, month AS period_number, sum(gained) AS gained, sum(lapsed) AS lapsed FROM moves GROUP BY ALL;

CREATE TABLE movements AS
WITH joined AS (
    SELECT month, count(*) FILTER (month = {first_month}) AS joined, count(*) AS buyers,
        sum(orders) AS orders, sum(days) AS purchase_days, sum(amount) AS amount
    FROM monthly GROUP BY month
), came AS (
    SELECT since - 1 AS month, count(*) FILTER (is_first) AS new,
        count(*) FILTER (NOT is_first AND (before IS NULL OR before < since - 1)) AS reactivated
    FROM steps GROUP BY ALL
), went AS (
    SELECT until AS month, count(*) AS lapsed FROM steps
    WHERE until < 36 AND (after IS NULL OR after > until + 1) GROUP BY ALL
), flows AS (
    SELECT month, coalesce(new, 0) AS new, coalesce(reactivated, 0) AS reactivated,
        coalesce(lapsed, 0) AS lapsed, joined, buyers, orders, purchase_days, amount
    FROM joined LEFT JOIN came USING (month) LEFT JOIN went USING (month)
), balance AS (
    SELECT *, sum(new + reactivated - lapsed) OVER (ORDER BY month) AS active_end FROM flows
)
SELECT month AS period_number, active_end - new - reactivated + lapsed AS active_start, new, reactivated,
    lapsed, joined, buyers, orders, purchase_days, amount, active_end
FROM balance;

CREATE TABLE period_sums AS
WITH paired AS (
    SELECT month, amount, lag(month) OVER in_time = month - 1 AS is_next, lag(amount) OVER in_time AS before
    FROM monthly WINDOW in_time AS (PARTITION BY customer_id ORDER BY month)
)
SELECT month AS period_number, sum(amount::DECIMAL(18, 2) * amount::DECIMAL(18, 2)) AS amount_squares,
    coalesce(sum(amount::DECIMAL(18, 2) * before::DECIMAL(18, 2)) FILTER (is_next), 0) AS amount_products,
    count(*) FILTER (is_next) AS buyers_of_both
FROM paired GROUP BY month;

CREATE TABLE order_bridge AS
WITH spent AS (
    SELECT 'period' AS span, month AS number, customer_id, amount::DECIMAL(18, 2) AS amount FROM monthly
    UNION ALL
    SELECT 'year', month // 12 + 1, customer_id, sum(amount)::DECIMAL(18, 2) FROM monthly GROUP BY ALL
), firsts AS (
    SELECT span, customer_id, min(number) AS first FROM spent GROUP BY ALL
), paired AS (
    SELECT span, number, first, x, y, least(x, y) AS m
    FROM (SELECT span, customer_id, number, amount AS y FROM spent)
    FULL JOIN (SELECT span, customer_id, number + 1 AS number, amount AS x FROM spent)
        USING (span, customer_id, number)
    JOIN firsts USING (span, customer_id)
), numbers AS (
    SELECT 'period' AS span, range AS number FROM range(36) UNION ALL SELECT 'year', range FROM range(4)
)
SELECT span, number AS period_number, coalesce(sum(x), 0) AS opening,
    coalesce(sum(y) FILTER (first = number), 0) AS new,
    coalesce(sum(y) FILTER (x IS NULL AND first < number), 0) AS reactivation,
    coalesce(sum(y - m) FILTER (x IS NOT NULL), 0) AS expansion,
    coalesce(sum(x - m) FILTER (y IS NOT NULL), 0) AS contraction,
    coalesce(sum(x) FILTER (y IS NULL), 0) AS churn, coalesce(sum(y), 0) AS closing,
    count(x) AS customers_opening, count(y) FILTER (first = number) AS customers_new,
    count(y) FILTER (x IS NULL AND first < number) AS customers_reactivation,
    count(x) FILTER (y IS NULL) AS customers_churn, count(y) AS customers_closing,
    coalesce(sum(x * x), 0) AS opening_squares,
    coalesce(sum(y * y), 0) AS closing_squares,
    coalesce(sum(y * y) FILTER (x IS NOT NULL), 0) AS kept_squares,
    coalesce(sum(x * y), 0) AS kept_products,
    coalesce(sum(m * m) FILTER (x IS NOT NULL AND y IS NOT NULL), 0) AS capped_squares,
    coalesce(sum(m * x) FILTER (y IS NOT NULL), 0) AS capped_products
FROM numbers LEFT JOIN paired USING (span, number) GROUP BY span, number;

CREATE TABLE cohort_cells AS
SELECT {first_month} AS cohort, month - {first_month} AS age, count(*) AS active, sum(orders) AS orders,
    sum(amount) AS amount, count(*) FILTER (last_rank > 1) AS repeaters
FROM monthly GROUP BY ALL;

CREATE TABLE waits AS
SELECT order_rank, coalesce(next_day, DATE '2025-12-31') - day AS days, next_day IS NOT NULL AS is_observed,
    count(*) AS customers
FROM purchases WHERE first_day >= DATE '2023-01-01' + 180 AND order_rank <= 4 GROUP BY ALL;

CREATE TABLE repeat_by_cohort AS
SELECT {first_month} AS cohort, count(*) AS customers, count(*) FILTER (next_day - day <= 90) AS repeated
FROM purchases WHERE order_rank = 1 AND day <= DATE '2025-12-31' - 90 GROUP BY ALL;

CREATE TABLE cells AS
SELECT frequency, recency_days, age_days, count(*) AS customers,
    IF(frequency > 0, sum(repeat_amount) / frequency, 0) AS monetary_sum
FROM customers GROUP BY frequency, recency_days, age_days;

CREATE TABLE spend_cells AS
SELECT frequency, repeat_amount / frequency AS monetary_value, count(*) AS customers
FROM customers WHERE frequency > 0 GROUP BY ALL;

CREATE TABLE holdout_cells AS
WITH histories AS (
    SELECT customer_id, first_day, count(*) FILTER (day <= DATE '2025-12-31' - 182) - 1 AS frequency,
        max(day) FILTER (day <= DATE '2025-12-31' - 182) - first_day AS recency_days,
        count(*) FILTER (day > DATE '2025-12-31' - 182) AS holdout_purchases
    FROM purchases WHERE first_day <= DATE '2025-12-31' - 182 GROUP BY customer_id, first_day
)
SELECT frequency, recency_days, DATE '2025-12-31' - 182 - first_day AS age_days, holdout_purchases,
    count(*) AS customers
FROM histories GROUP BY ALL;

CREATE TABLE weekly_repeats AS
SELECT (day - DATE '2023-01-01') // 7 + 1 AS week, count(*) FILTER (order_rank > 1) AS repeat_purchases
FROM purchases WHERE first_day <= DATE '2025-12-31' - 182
    AND (day - DATE '2023-01-01') // 7 < (DATE '2025-12-31' - DATE '2023-01-01' + 1) // 7
GROUP BY ALL;

CREATE TABLE base_events AS
WITH events AS (
    SELECT day, count(*) AS joined, 0 AS reactivated, 0 AS lapsed
    FROM purchases WHERE order_rank = 1 GROUP BY day
    UNION ALL
    SELECT next_day, 0, count(*), 0 FROM purchases WHERE next_day - day > 180 GROUP BY next_day
    UNION ALL
    SELECT day + 180, 0, 0, count(*) FROM purchases
    WHERE coalesce(next_day, DATE '2100-01-01') - day > 180 AND day <= DATE '2025-12-31' - 180 GROUP BY day
)
SELECT day, sum(joined) AS joined, sum(reactivated) AS reactivated, sum(lapsed) AS lapsed
FROM events GROUP BY day;

CREATE TABLE silences AS
SELECT coalesce(next_day, DATE '2025-12-31') - day AS days, next_day IS NOT NULL AS has_ended,
    count(*) AS purchases
FROM purchases GROUP BY ALL;

CREATE TABLE tenure_periods AS
SELECT month AS period_number,
    CASE WHEN month - {first_month} >= 12 THEN 12 WHEN month - {first_month} >= 3 THEN 3
        ELSE least(month - {first_month}, 1) END AS tenure,
    count(*) AS buyers, sum(orders) AS orders, sum(days) AS purchase_days, sum(amount) AS amount
FROM monthly GROUP BY ALL;

CREATE TABLE last_cells AS
SELECT cohort, {last_month} - cohort AS age, count(*) AS customers FROM customers GROUP BY ALL;

CREATE TABLE first_repeat_cells AS
WITH returns AS (
    SELECT {first_month} AS cohort, min(month) AS month
    FROM monthly WHERE month > {first_month} GROUP BY customer_id, cohort
)
SELECT cohort, month - cohort AS age, count(*) AS customers FROM returns GROUP BY ALL;

CREATE TABLE bracket_cells AS
WITH ages AS (SELECT customer_id, {first_month} AS cohort, month - {first_month} AS age FROM monthly)
SELECT cohort, first_age, last_age, count(DISTINCT customer_id) AS active
FROM ages JOIN (VALUES (1, 3), (4, 6), (7, 12)) AS brackets(first_age, last_age)
    ON age BETWEEN first_age AND last_age
GROUP BY ALL;

CREATE TABLE rolling_cells AS
SELECT {first_month} AS cohort, (day - first_day) // 30 AS age, count(DISTINCT customer_id) AS active
FROM purchases WHERE first_day + 30 * ((day - first_day) // 30 + 1)::INT <= DATE '2026-01-01' GROUP BY ALL;

CREATE TABLE rolling_observed AS
SELECT cohort, (DATE '2026-01-01' - first_day) // 30 AS observed, count(*) AS customers
FROM customers GROUP BY ALL;

CREATE TABLE segment_waits AS
WITH first AS (
    SELECT amount, year(day) AS year, coalesce(next_day, DATE '2025-12-31') - day AS days,
        next_day IS NOT NULL AS is_observed, count(*) AS customers
    FROM purchases WHERE order_rank = 1 AND day >= DATE '2023-01-01' + 180 GROUP BY ALL
), amounts AS (
    SELECT amount, sum(customers) AS here FROM first GROUP BY amount
), thirds AS (
    SELECT amount, least(2, 3 * (2 * sum(here) OVER (ORDER BY amount) - here) // (2 * sum(here) OVER ()))
        AS third
    FROM amounts
), limits AS (
    SELECT third, min(amount) AS low, max(amount) AS high FROM thirds GROUP BY third
)
SELECT 'first_order_value' AS attribute, ['lower', 'middle', 'upper'][third::INT + 1] AS segment, low, high,
    days, is_observed, sum(customers) AS customers
FROM first JOIN thirds USING (amount) JOIN limits USING (third) GROUP BY ALL
UNION ALL
SELECT 'first_year', year::VARCHAR, NULL, NULL, days, is_observed, sum(customers) FROM first GROUP BY ALL;
"""
# Where every customer stood on {day}; with {later} days after it that are looked at, too.
STATES = """
CREATE TABLE {table} AS
WITH gaps AS (
    SELECT customer_id, median(next_day - day) AS usual_gap_days
    FROM purchases WHERE next_day <= DATE '{day}' GROUP BY customer_id HAVING count(*) > 1
), summed AS (
    SELECT customer_id, first_day, {columns}
    FROM purchases WHERE first_day <= DATE '{day}' AND day <= DATE '{day}' + {later}
    GROUP BY customer_id, first_day
)
SELECT *, last_day - first_day AS recency_days, DATE '{day}' - first_day AS age_days,
    DATE '{day}' - last_day + 1 AS silence_days,
    greatest(0, least(365, DATE '{day}' - 60 - first_day + 1)) AS norm_days
FROM summed LEFT JOIN gaps USING (customer_id);
"""
KNOWN = """
    max(day) FILTER ({known}) AS last_day, count(*) FILTER ({known}) - 1 AS frequency,
    (sum(orders) FILTER ({known}))::BIGINT AS orders,
    (sum(amount) FILTER ({known}))::DECIMAL(18, 2) AS amount,
    coalesce(sum(amount) FILTER ({known} AND order_rank > 1), 0)::DECIMAL(18, 2) AS repeat_amount"""
STRETCH = """
    count(*) FILTER ({within}) AS {name}_purchases,
    coalesce(sum(amount) FILTER ({within}), 0)::DECIMAL(18, 2) AS {name}_amount"""
# Days before the one looked at: a stretch begins after the first and ends with the second.
STRETCHES = {"year": (365, 0), "window": (730, 0), "last": (30, 0), "previous": (60, 30), "norm": (425, 60)}
SNAPSHOTS = {
    "states": ("2025-12-31", 0),
    "states_previous": ("2025-11-30", 0),
    "states_before": ("2025-07-04", 180),
    "states_earlier": ("2025-01-05", 180),
}


def states(table: str) -> str:
    """Write the statement that makes one of the snapshots."""
    day, later = SNAPSHOTS[table]
    stretches = STRETCHES | ({"later": (0, -later)} if later else {})
    columns = [KNOWN.format(known=f"day <= DATE '{day}'" if later else "true")]
    for name, (after, to) in stretches.items():
        within = f"day > DATE '{day}' - {after} AND day <= DATE '{day}' - {to}"
        columns.append(STRETCH.format(name=name, within=within))
    return STATES.format(table=table, day=day, later=later, columns=",".join(columns))


def build(file: Path, database: Path) -> None:
    """Read the file and make the tables."""
    statements = STATEMENTS.format(
        read=READ[file.suffix[1:]].format(file=file),
        month=MONTH.format(day="day"),
        first_month=MONTH.format(day="first_day"),
        next_month=MONTH.format(day="next_day"),
        last_month=MONTH.format(day="last_day"),
        until_month=MONTH.format(day="(last_day + 180)"),
    )
    settings = {
        "memory_limit": "2500MB",
        "temp_directory": str(database.parent / "spill"),
        "preserve_insertion_order": False,
    }
    with duckdb.connect(str(database), config=settings) as connection:
        connection.execute(statements + "".join(states(table) for table in SNAPSHOTS))


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
