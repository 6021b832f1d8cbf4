"""Every row of a CSV predicted, for any model whose input is numbers, choices and short texts.

A row that cannot be used is reported by line and column and does not stop the others. No Streamlit.
"""

from showcase.batch.columns import Column, columns, is_tabular
from showcase.batch.results import Results, predict_table, results_csv, results_rows
from showcase.batch.table import Problem, Table, read_table, template

__all__ = [
    "Column",
    "Problem",
    "Results",
    "Table",
    "columns",
    "is_tabular",
    "predict_table",
    "read_table",
    "results_csv",
    "results_rows",
    "template",
]
