"""Select unlabeled examples of which something holds, with a bound on the share of mistakes among those selected.

`selection` does so by one score, `optimized` by the best of several scores chosen on the same data, `certified` answers which
examples a candidate gets right.
"""
