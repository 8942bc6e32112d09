"""When a definition's cron fires. The database is the truth; this process only looks at the right moment.

``schedule`` knows the instants of one cron, ``pace`` how fast its clock goes, ``decision`` what becomes of those that
are due, ``tick`` writes it in one transaction, ``gaps`` writes down what was missed, ``ticker`` waits, and ``service``
runs them all.
"""
