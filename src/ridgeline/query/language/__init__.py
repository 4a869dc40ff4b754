"""The expression language: text → parse → check → nodes → evaluate → columns.

    parse     text to Python's own syntax tree, bounded in length, size and depth
    check     syntax tree to nodes, against an allow-list; every mistake is a QueryError with a span
    nodes     what an expression can consist of
    evaluate  nodes to columns, over the rows that a Source provides

Nothing here is ever handed to `eval` or `exec`, and nothing here knows of files or an index.
"""
