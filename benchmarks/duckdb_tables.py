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

CREATE TABLE movements AS
WITH spells AS (
    SELECT customer_id, month + 1 AS since, month = {first_month} AS is_first,
        least({next_month}, 36, {until_month}) AS until
    FROM monthly
), ordered AS (
    SELECT *, lag(until) OVER (PARTITION BY customer_id ORDER BY since) AS before
    FROM spells WHERE until >= since
), steps AS (
    SELECT *, lead(since) OVER (PARTITION BY customer_id ORDER BY since) AS after FROM ordered
), joined AS (
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
"""


def build(file: Path, database: Path) -> None:
    """Read the file and make the tables."""
    statements = STATEMENTS.format(
        read=READ[file.suffix[1:]].format(file=file),
        month=MONTH.format(day="day"),
        first_month=MONTH.format(day="first_day"),
        next_month=MONTH.format(day="next_day"),
        until_month=MONTH.format(day="(last_day + 180)"),
    )
    settings = {
        "memory_limit": "2500MB",
        "temp_directory": str(database.parent / "spill"),
        "preserve_insertion_order": False,
    }
    with duckdb.connect(str(database), config=settings) as connection:
        connection.execute(statements)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
