"""Excel both ways: a template, an export that can be edited, an import that shows first what it would do.

columns   what a register's table is made of, and which heading means which column
template  an empty table with lists to choose from and a sheet that explains
export    the records of a list, in the same layout, with number and version
peek      what a spreadsheet hides from its readers: hidden rows, formulas without a value, bombs
workbook  a file opened: its sheets and their rows as typed cells
table     a file understood: heading row, columns, rows with what is wrong about their cells
staging   each row judged against the register: added, changed, unchanged, refused, asked about
applying  what was judged, written: whole or the good rows
runs      uploads and their work: begun, watched, stopped, taken up again
"""
