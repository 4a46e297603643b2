"""Many files at once, from folders and archives into a store: found, taken in, waited for, told about.

`gather` finds files and `archives` those within archives; `origins` remembers which file of the store came from where,
in the attributes of the store's files, so that whoever has the store also knows what is in it. `load` decides what each
file found is (new, changed, moved, as it was) and has it put into a `target`: the data folder itself (`data_folder`) or
a running server (`server`). `report` tells how it goes.
"""
