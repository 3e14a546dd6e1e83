"""
Writes what Jinja makes of templates with Airflow's names into airflow.jsonl; dates are pendulum's, macros as Airflow defines them.
Run it as make.py, with pip install jinja2==3.1.6 pendulum python-dateutil
"""

import json
import pathlib
from datetime import datetime, timedelta
from types import SimpleNamespace

import dateutil
import dateutil.relativedelta
import pendulum
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

HERE = pathlib.Path(__file__).parent


def ds_add(ds, days):
    if not days:
        return str(ds)
    return (datetime.strptime(str(ds), "%Y-%m-%d") + timedelta(days=days)).strftime("%Y-%m-%d")


def ds_format(ds, input_format, output_format):
    return datetime.strptime(str(ds), input_format).strftime(output_format)


def datetime_diff_for_humans(dt, since=None):
    return pendulum.instance(dt).diff_for_humans(since)


LOGICAL = pendulum.datetime(2024, 1, 31, 13, 5, 9, tz="UTC")
END = LOGICAL.add(days=1, microseconds=250)
MACROS = SimpleNamespace(datetime=datetime, timedelta=timedelta, json=json, ds_add=ds_add, ds_format=ds_format, datetime_diff_for_humans=datetime_diff_for_humans, dateutil=SimpleNamespace(relativedelta=dateutil.relativedelta))
CONTEXT = dict(ds="2024-01-31", ds_nodash="20240131", ts=LOGICAL.isoformat(), ts_nodash="20240131T130509", ts_nodash_with_tz="20240131T130509+0000", logical_date=LOGICAL, data_interval_start=LOGICAL, data_interval_end=END, run_id="manual__1", macros=MACROS, params={"env": "prod", "n": 3, "list": ["a", "b"]}, dag_run=SimpleNamespace(conf={"x": "y", "k": {"z": 1}}, run_id="manual__1", logical_date=LOGICAL), dag=SimpleNamespace(dag_id="etl"), task=SimpleNamespace(task_id="load"), ti=SimpleNamespace(task_id="load", dag_id="etl", run_id="manual__1", try_number=2, map_index=-1), task_instance_key_str="etl__load__20240131")

METHODS = """year month day hour minute second microsecond day_of_week|int day_of_year week_of_year|int days_in_month quarter timezone_name offset offset_hours int_timestamp float_timestamp tzinfo.name
isoformat() isoformat(' ') isoformat(timespec='minutes') isoformat(sep='_',timespec='seconds') isoformat(timespec='milliseconds') weekday() isoweekday() isocalendar()[1] ctime() toordinal() timestamp() date() date().isoformat() date().year date().strftime('%d/%m/%y') date().weekday()
to_date_string() to_time_string() to_datetime_string() to_iso8601_string() to_day_datetime_string() to_formatted_date_string() to_rfc2822_string() to_rfc3339_string() to_atom_string() to_cookie_string() to_w3c_string() to_rss_string() to_rfc822_string() to_rfc850_string() to_rfc1036_string() to_rfc1123_string()
add(days=1) add(months=1) add(years=-1) add(weeks=2,hours=3) add(minutes=61) add(seconds=0.5) add(bogus=1) add() subtract(days=1) subtract(months=11) subtract(years=1,days=1) add(hours=36).ds
start_of('minute') start_of('hour') start_of('day') start_of('week') start_of('month') start_of('year') start_of('decade') start_of('bogus') end_of('hour') end_of('day') end_of('week') end_of('month') end_of('year') end_of('second')
replace(day=1) replace(hour=0,minute=0,second=0) replace(month=2) replace(year=2023,month=12) set(day=2) set(hour=0) naive() in_timezone('Europe/Berlin') in_tz('America/New_York') in_timezone('Asia/Kolkata').isoformat() in_timezone('UTC') in_timezone('Bogus/Zone') in_tz('America/New_York').strftime('%Z|%z') in_timezone('Europe/Berlin').add(months=6) in_timezone('Europe/Berlin').start_of('day') in_timezone('Europe/Berlin').to_iso8601_string() in_timezone('Asia/Tokyo').tzname()
format('YYYY-MM-DD') format('dddd[,]_D_MMMM_YYYY') format('YY/M/D_H:m:s') format('HH:mm:ss.SSS') format('hh:mm_A') format('Do_Qo_DDDD_E') format('X_x_Z_ZZ_zz_z') format('[literal_YYYY]_L_LL_LT') format('SSSSSS_SS_S_ddd_d_MMM_Mo')
next(0) next(4) previous(0) previous() next() diff_for_humans(macros.datetime(2024,1,1,tzinfo=logical_date.tzinfo)) is_leap_year() nope __class__ _x strftime strftime() strftime('%Q') strftime('%') add.__func__""".split()
FORMATS = "%Y-%m-%d|%Y%m%d|%d.%m.%y|%H:%M:%S|%I:%M %p|%A, %d %B %Y|%a %b|%j|%U %W %w %u|%V %G|%f|%z|%Z|%%|%-d/%-m|%e|%D %T %R|%c|%x %X|%F|%s|%y%C|%h|%k %l|%n|%Y-%m-%dT%H:%M:%SZ|year=%Y/month=%m/day=%d".split("|")
EXPRESSIONS = """ds | ts | ds_nodash ~ ts_nodash ~ ts_nodash_with_tz | logical_date | logical_date ~ '' | [logical_date] | {'d': logical_date.date()} | data_interval_end | data_interval_end|ds | data_interval_end|ds_nodash | data_interval_end|ts | data_interval_end|ts_nodash | data_interval_end|ts_nodash_with_tz | none|ds | none|ts | 'x'|ds | nope|ds | 5|ts
logical_date == data_interval_start | logical_date < data_interval_end | logical_date >= data_interval_end | logical_date == '2024-01-31' | logical_date < '2024' | logical_date is defined | logical_date is none | logical_date is string | logical_date is callable | data_interval_end - data_interval_start | (data_interval_end - data_interval_start).days | (data_interval_end - data_interval_start).total_seconds() | (data_interval_end - data_interval_start).in_hours() | (data_interval_start - data_interval_end).total_seconds() | [data_interval_end, logical_date]|min | [data_interval_end, logical_date]|sort|first | [logical_date, data_interval_start]|unique|list|length | {logical_date: 1}[data_interval_start]
logical_date + macros.timedelta(days=1) | logical_date - macros.timedelta(hours=14) | macros.timedelta(days=1) + logical_date | logical_date - 1 | logical_date + logical_date | (logical_date - macros.timedelta(days=31))|ds | (logical_date + macros.timedelta(days=2)).strftime('%Y%m%d') | '%s' % logical_date | '{:%Y/%m}'.format(logical_date) | '{}'.format(logical_date) | '{:>30}'.format(ds) | logical_date|string|length | logical_date.date() == macros.datetime(2024,1,31).date()
macros.ds_add(ds, 5) | macros.ds_add(ds, -31) | macros.ds_add('2015-01-06', -5) | macros.ds_add(ds, 0) | macros.ds_add('bad', 1) | macros.ds_add('2024-02-28', 1) | macros.ds_add(ds, 1.5) | macros.ds_add(days=1, ds=ds) | macros.ds_format('2015-01-01', '%Y-%m-%d', '%m-%d-%y') | macros.ds_format('1/5/2015', '%m/%d/%Y', '%Y-%m-%d') | macros.ds_format(ds, '%Y-%m-%d', '%A') | macros.ds_format('x', '%Y', '%Y') | macros.ds_format('12 Mar 2020', '%d %b %Y', '%F') | macros.ds_format('20240131', '%Y%m%d', '%j') | macros.ds_format('10:30 PM', '%I:%M %p', '%H%M') | macros.ds_format('2024-060', '%Y-%j', '%F') | macros.ds_format('70', '%y', '%Y') | macros.ds_format('2024-13-01', '%Y-%m-%d', '%F') | macros.ds_format('2024-02-30', '%Y-%m-%d', '%F') | macros.ds_format('2024-01-31T10:00:00+0200', '%Y-%m-%dT%H:%M:%S%z', '%z') | macros.ds_format('march 5 2021', '%B %d %Y', '%F')
macros.datetime(2024, 1, 2) | macros.datetime(2024, 1, 2, 3, 4, 5, 6) | [macros.datetime(2024, 1, 2)] | [macros.datetime(2024, 1, 2, 3, 4, 5)] | macros.datetime(2024, 13, 1) | macros.datetime(2024) | macros.datetime(year=2024, month=5, day=6).isoformat() | macros.datetime.strptime('2024-05-06', '%Y-%m-%d') | macros.datetime.strptime(ts, '%Y-%m-%dT%H:%M:%S%z').hour | macros.datetime.strptime('2024-05-06 10', '%Y-%m-%d %H').strftime('%H:%M') | macros.datetime.strptime('a', '%Y') | macros.datetime.fromisoformat('2024-05-06') | macros.datetime.fromisoformat('2024-05-06T10:11:12.5+02:00') | macros.datetime.fromisoformat('x') | macros.datetime.fromisoformat(ts) == logical_date | macros.datetime(2024,1,2).add | macros.datetime(2024,1,2) - logical_date | macros.datetime(2024,1,2) < logical_date | macros.datetime(2024,1,2) == logical_date | (macros.datetime(2024,1,3) - macros.datetime(2024,1,2)) | macros.datetime(2024,1,2) + macros.timedelta(weeks=1) | macros.datetime(2024,2,29).replace(year=2023) | macros.datetime(2024,1,2).date() | macros.datetime(2024,1,2).tzinfo | macros.datetime(2024,1,2).weekday()
macros.timedelta(days=1) | macros.timedelta(days=1, hours=2) | macros.timedelta(1) | macros.timedelta(hours=-1) | macros.timedelta(days=2, microseconds=5) | [macros.timedelta(days=1, seconds=3)] | [macros.timedelta()] | macros.timedelta() | macros.timedelta(minutes=90).total_seconds() | macros.timedelta(minutes=90).seconds | macros.timedelta(days=1) * 2 | 3 * macros.timedelta(hours=1) | macros.timedelta(days=1) / 2 | macros.timedelta(days=1) / macros.timedelta(hours=6) | macros.timedelta(days=1) // macros.timedelta(hours=7) | macros.timedelta(days=1) // 5 | macros.timedelta(days=1) - macros.timedelta(hours=1) | macros.timedelta(days=1) > macros.timedelta(hours=1) | macros.timedelta(days=1) == macros.timedelta(hours=24) | -macros.timedelta(days=1) | macros.timedelta(hours=-5)|abs | macros.timedelta(days=1.5) | macros.timedelta('x') | macros.timedelta(bogus=1) | macros.timedelta(days=1) + 1 | [macros.timedelta(1), macros.timedelta(2)]|sum(start=macros.timedelta()) | macros.timedelta(days=10**12) | 1 if macros.timedelta() else 2
macros.json.dumps(params) | macros.json.dumps(params, sort_keys=true) | macros.json.dumps([1, 2.0, none, true, 'é']) | macros.json.dumps('é', ensure_ascii=false) | macros.json.dumps({'a': [1, 2]}, indent=2) | macros.json.dumps({'a': 1}, separators=(',', ':')) | macros.json.dumps(logical_date) | macros.json.loads('{"a": [1, 2.5, null, true]}') | macros.json.loads('{"a": [1, 2.0]}').a[1] | macros.json.loads('[1.0, 10000000000000000000000]') | macros.json.loads('x') | macros.json.loads(5) | macros.json.dumps(dag_run.conf)
macros.datetime_diff_for_humans(logical_date, data_interval_end) | macros.datetime_diff_for_humans(logical_date, logical_date.subtract(months=3)) | macros.datetime_diff_for_humans(logical_date, logical_date.add(seconds=5)) | macros.datetime_diff_for_humans(logical_date, logical_date.add(years=2, months=8)) | macros.datetime_diff_for_humans(logical_date, logical_date.add(days=10)) | macros.datetime_diff_for_humans(logical_date, logical_date.add(days=12)) | macros.datetime_diff_for_humans(logical_date, logical_date.add(minutes=59)) | macros.datetime_diff_for_humans(logical_date, logical_date.subtract(hours=23)) | macros.datetime_diff_for_humans(logical_date, logical_date.add(days=1, hours=23)) | macros.datetime_diff_for_humans(logical_date, logical_date.add(months=11, days=20)) | macros.datetime_diff_for_humans(logical_date, logical_date.subtract(seconds=30)) | macros.datetime_diff_for_humans(logical_date, logical_date.add(days=27)) | macros.datetime_diff_for_humans(logical_date, logical_date.add(days=20))
logical_date + macros.dateutil.relativedelta.relativedelta(months=1) | logical_date - macros.dateutil.relativedelta.relativedelta(months=2, days=1) | logical_date + macros.dateutil.relativedelta.relativedelta(day=1) | (logical_date + macros.dateutil.relativedelta.relativedelta(months=1, day=31))|ds | logical_date + macros.dateutil.relativedelta.relativedelta(years=1, hour=0) | macros.datetime(2024,3,31) - macros.dateutil.relativedelta.relativedelta(months=1)
params.env | params['env'] ~ params.n | params.nope | params.list[0] | params.list|join(',') | dag_run.conf['x'] | dag_run.conf.x | dag_run.conf.get('q', 'd') | dag_run.conf.k.z + 1 | dag_run.run_id | dag_run.logical_date|ds | dag.dag_id ~ '.' ~ task.task_id | ti.try_number + 1 | ti.map_index | ti.task_id | ti.nope | task_instance_key_str | run_id | dag_run.conf['nope'] | dag_run.conf.nope|default('none') | 'gs://b/' ~ ds ~ '/x.csv' | 'full' if params.n > 2 else 'part' | params.n * 2 | params|tojson | logical_date.year % 4 == 0 | logical_date.month ~ '/' ~ logical_date.day | logical_date.day_of_week == 2""".replace("\n", " | ").split(" | ")
# What Airflow's documentation shows, with the dates of here.
DOCUMENTED = [
    "{% for i in range(5) %}\n    echo \"{{ ds }}\"\n    echo \"{{ macros.ds_add(ds, 7) }}\"\n{% endfor %}\n",
    "echo \"Reading {{ params.env }}\"",
    "run after {{ ts }} {{ params.n }}",
    "{{ macros.datetime.strptime(ds, '%Y-%m-%d').strftime('%d/%m/%Y') }}",
    "SELECT * FROM t WHERE dt BETWEEN '{{ data_interval_start | ds }}' AND '{{ data_interval_end | ds }}'",
    "s3://bucket/{{ data_interval_start.strftime('%Y/%m/%d/%H') }}/",
    "{% if data_interval_start.day_of_week == 0 %}weekly{% else %}daily{% endif %}",
    "{{ (data_interval_start - macros.timedelta(days=1)) | ds }}",
    "{{ ds_nodash[:6] }}", "{{ ds[:4] }}/{{ ds[5:7] }}",
    "--date={{ macros.ds_format(macros.ds_add(ds, 5), '%Y-%m-%d', '%Y__%m__%d') }}",
    "{{ dag_run.conf[\"x\"] if dag_run.conf else \"\" }}",
    "{{ (logical_date.replace(day=1) - macros.timedelta(days=1)).strftime('%Y-%m') }}",
    "{% set start = data_interval_start.in_timezone('Europe/Paris') %}{{ start.format('YYYY-MM-DD') }}T{{ start.to_time_string() }}",
]


def main():
    # Airflow's sandbox lets attributes with one underscore pass; none of these has one.
    environment = SandboxedEnvironment(undefined=StrictUndefined, extensions=["jinja2.ext.do"], cache_size=0)
    iso = lambda value: None if value is None else value.isoformat()
    environment.filters.update(
        ds=lambda value: None if value is None else value.strftime("%Y-%m-%d"),
        ds_nodash=lambda value: None if value is None else value.strftime("%Y%m%d"),
        ts=iso,
        ts_nodash=lambda value: None if value is None else value.strftime("%Y%m%dT%H%M%S"),
        ts_nodash_with_tz=lambda value: None if value is None else value.isoformat().replace("-", "").replace(":", ""),
    )
    expressions = [f"logical_date.{m.replace('_D_', ' D ').replace('_', '_')}" for m in METHODS]
    expressions += [f"data_interval_end.strftime('{f}')" for f in FORMATS] + EXPRESSIONS
    templates = ["{{ " + e + " }}" for e in expressions] + DOCUMENTED
    lines = []
    for template in templates:
        try:
            outcome = [template, environment.from_string(template).render(CONTEXT)]
            if " at 0x" in outcome[1]:
                continue
        except Exception as error:
            outcome = [template, None, type(error).__name__]
        lines.append(json.dumps(outcome, ensure_ascii=False, separators=(",", ":")))
    (HERE / "airflow.jsonl").write_text("\n".join(lines) + "\n")
    print(f"airflow.jsonl: {len(lines)} templates")


main()
