"""Many files at once, from folders and archives into a store.

`gather` finds files, and `archives` those inside archives. `origins` records where each file of the store came from, in
its attributes, so that whoever has the store knows what is in it. `load` decides what each file is (new, changed,
moved, unchanged) and puts it into a `target`: the data folder itself (`data_folder`) or a running server (`server`).
`report` shows the progress.
"""
