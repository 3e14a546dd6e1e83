"""Writes what Airflow itself makes of connections: python make_golden.py uris.json.txt, with apache-airflow 3.3.2 installed."""

import json
import sys

import airflow
from airflow.models.connection import Connection

URIS = [
    # Airflow's documentation: howto/connection, "URI format"
    "my-conn-type://my-login:my-password@my-host:5432/my-schema?param1=val1&param2=val2",
    "my-conn-type://login:password@host:1234/schema?param1=val1&param2=val2",
    "my-conn-type://my-login:my-password@my-host:5432/my-schema?__extra__=%7B%22my_val%22%3A+%5B%22list%22%2C+%22of%22%2C+%22values%22%5D%2C+%22extra%22%3A+%7B%22nested%22%3A+%7B%22json%22%3A+%22val%22%7D%7D%7D",
    "my-conn-type://my-login:my-pa%2Fssword@my-host:5432/my-schema?param1=val1&param2=val2",
    "my-conn-type://login:pa%2Fssword@:6379",
    "google-cloud-platform://?key_path=%2Fkeys%2Fkey.json&scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform&project=airflow&num_retries=5",
    "aws://AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI%2FK7MDENG%2FbPxRfiCYEXAMPLEKEY@/?region_name=eu-central-1",
    "kubernetes://?extra__kubernetes__in_cluster=True&extra__kubernetes__namespace=default",
    "kubernetes:///?__extra__=%7B%22in_cluster%22%3A+false%2C+%22namespace%22%3A+%22jobs%22%7D",
    "http://https%3A%2F%2Fwww.example.com%2F",
    "http://https://www.example.com/",
    "http://https://login:password@www.example.com:8080/path?timeout=10",
    "postgres://user:p%40ss%3Aw%2Frd%23%3F@db.example.com:5432/my%2Fdb",
    # Parts that are there or not
    "scheme://user:password@host%2Flocation:1234/schema",
    "scheme://user:password@host/location:1234/schema",
    "scheme://user:password@host%2flocation:1234/schema?extra1=a%20value&extra2=%2Fpath%2F",
    "scheme://user:password@host%2Flocation:1234/schema?__extra__=%7B%22my_val%22%3A+%5B%22list%22%5D%7D",
    "scheme://user:password@host%2Flocation:1234/schema?__extra__=single+value",
    "scheme://user:password@host%2Flocation:1234/schema?__extra__=%5B%22list%22%5D",
    "scheme://user:password@host/",
    "scheme://user:password@",
    "scheme://user@host",
    "scheme://user@",
    "scheme://:password@host",
    "scheme://:password@host:",
    "scheme://:@host",
    "scheme://@host",
    "scheme://@:1234",
    "scheme://:1234",
    "scheme://host",
    "scheme://host:1234",
    "scheme://host:0",
    "scheme://host:65535/s",
    "scheme://host:65536",
    "scheme://host:12x",
    "scheme://host:-1",
    "scheme://",
    "scheme:///schema",
    "scheme:///a%2Fb%20c",
    "scheme:///?a=b",
    "scheme://?a=b",
    "//host/schema",
    "postgresql://h/d",
    "google-cloud-platform://",
    "MySQL://h/d",
    # Characters
    "scheme://User%20Name:pass%20word@Host.Example.COM/Schema",
    "scheme://u%2540:p%2525@h",
    "scheme://u:p@%2Ftmp%2FMySocket/db",
    "scheme://u:p@HOST%2DA.b/db",
    "scheme://%E3%83%A6%E3%83%BC%E3%82%B6:%F0%9F%94%91@h/%C3%A9",
    "scheme://u:p@%C3%89cole/db",
    "scheme://u:%ff@h",
    "scheme://u:%zz%@h",
    "scheme://a@b:c@h/d",
    "scheme://a:b:c@h/d",
    "scheme://u:p@[::1]:5432/db",
    "scheme://u:p@[2001:db8::FF]/db",
    "scheme://u:p@%3A%3A1:5432/db",
    "spark://mysparkcluster.com:80?deploy_mode=cluster&spark_binary=command&namespace=kube+namespace",
    "spark://k8s://100.68.0.1:443?deploy-mode=cluster",
    "scheme://a://b://c",
    "scheme://user:pw@https://host",
    # Queries
    "scheme://h?a=&b",
    "scheme://h/?a=1&b=1.5&c=true&d=null&e=%22x%22&f=%5B1%5D&g=%7B%22h%22%3A2%7D&i=01&j=yes",
    "scheme://h/?a=b&a=c",
    "scheme://h/?a=b+c%2Bd&%26=%3D",
    "scheme://h/?a=b=c&&d=e",
    "scheme://h/?__extra__=",
    "scheme://h/?__extra__=%7B%7D",
    "scheme://h/?__extra__=%7B%22a%22%3A1%7D&b=2",
    "scheme://h/?=v",
]

CONNECTIONS = [
    {"conn_type": "my_type"},
    {"conn_type": "my_type", "host": "h"},
    {"conn_type": "my_type", "host": "", "login": "", "password": "", "schema": "", "port": 0},
    {"conn_type": "my_type", "login": "l"},
    {"conn_type": "my_type", "password": "p"},
    {"conn_type": "my_type", "login": "l", "password": "p", "host": "h", "port": 1, "schema": "s"},
    {"conn_type": "my_type", "login": "", "password": "p", "host": "h"},
    {"conn_type": "my_type", "port": 8080},
    {"conn_type": "my_type", "port": 8080, "schema": "s"},
    {"conn_type": "my_type", "login": "l", "port": 8080},
    {"conn_type": "my_type", "schema": "a/b c"},
    {"conn_type": "HTTP", "host": "https://example.com/a?b#c", "port": 443},
    {"conn_type": "http", "host": "http://example.com"},
    {"conn_type": "my_type", "host": "/tmp/Socket", "login": "@:/?#[]!$&'()*+,;= %~-._"},
    {"conn_type": "my_type", "host": "::1", "password": "\u00e9\U0001f511"},
    {"conn_type": "my_type", "host": "h", "extra": {"a": "b c", "d": "/&=+"}},
    {"conn_type": "my_type", "host": "h", "schema": "s", "extra": {"a": ""}},
    {"conn_type": "my_type", "extra": {"a": 1}},
    {"conn_type": "my_type", "extra": {"a": "b", "c": ["d", {"e": None, "f": True, "g": 1.5}]}},
    {"conn_type": "my_type", "extra": {"name": "\u00e9\U0001f511\n\"\\"}},
    {"conn_type": "my_type", "extra": {"a": {"b": "\u00e9\U0001f511\n\"\\"}}},
    {"conn_type": "my_type", "extra": {"": "v"}},
    # A text that is JSON itself: Airflow writes it so that it is read back as something else.
    {"conn_type": "my_type", "extra": {"a": "5", "b": "true"}},
    {"conn_type": "my_type", "extra": {"__extra__": "x"}},
    {"conn_type": "google_cloud_platform", "extra": {"project": "p", "num_retries": 5, "keyfile_dict": "{\"type\": \"service_account\"}"}},
]


def parts(conn):
    names = ["conn_type", "host", "login", "password", "schema", "port"]
    return {**{name: getattr(conn, name) for name in names}, "extra": conn.extra_dejson}


def read(uri):
    try:
        conn = Connection(conn_id="c", uri=uri)
        return {"uri": uri, "parts": parts(conn), "get_uri": conn.get_uri()}
    except Exception as error:
        return {"uri": uri, "error": type(error).__name__}


def write(given):
    uri = Connection(conn_id="c", **given).get_uri()
    try:
        back = parts(Connection(conn_id="c", uri=uri))
    except Exception as error:
        back = {"error": type(error).__name__}
    return {"given": given, "get_uri": uri, "back": back}


golden = {"airflow": airflow.__version__, "read": list(map(read, URIS)), "written": list(map(write, CONNECTIONS))}
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump(golden, file, indent=1, ensure_ascii=True)
    file.write("\n")
