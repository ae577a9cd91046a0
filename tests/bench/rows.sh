#!/bin/sh
# rows.sh: a diary of 30,660,000 readings of ten years in build/bench/rows-10: 20 signals, an hour a day, seven times a
# minute, with their roll-ups. Made anew (a minute) only when this file has changed. The tables are garaged's own: the diary
# of a made-up year has them.
set -eu
cd "$(dirname "$0")/../.."
folder=build/bench/rows-10
program=$(cksum <tests/bench/rows.sh)
[ "$(cat $folder.made-by 2>/dev/null)" = "$program" ] && exit 0
echo "making up thirty million readings: a minute or two" >&2
mkdir -p build/bench
rm -rf $folder $folder.made-by
build/garaged-life --years 1 --until 2025-12-28 --zone UTC --out $folder >/dev/null
sqlite3 -bail $folder/readings.db <<'SQL'
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
DELETE FROM series; DELETE FROM reading_raw; DELETE FROM minute; DELETE FROM hour;
VACUUM;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
    INSERT INTO series SELECT i, 'leaf', iif(i = 1, 'soc', 'signal_' || i), '%', 100 FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 3650 * 8400 - 1)
    INSERT INTO reading_raw SELECT (1451606400000 + i / 8400 * 86400000 + i / 140 % 60 * 60000 + i / 20 % 7 * 8571) * 4096
        + i % 20 + 1, i % 20 * 100, 0 FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 3650 * 1200 - 1)
    INSERT INTO minute SELECT (24193440 + i / 1200 * 1440 + i / 20 % 60) * 4096 + i % 20 + 1, 7, 7 * (i % 20 * 100),
        i % 20 * 100, i % 20 * 100 FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 3650 * 20 - 1)
    INSERT INTO hour SELECT (403224 + i / 20 * 24) * 4096 + i % 20 + 1, 420, 420 * (i % 20 * 100),
        i % 20 * 100, i % 20 * 100 FROM n;
SQL
echo "$program" >$folder.made-by
