"""Prints the KubernetesPodOperator tasks of Airflow's DAG files as Taskpod messages."""
