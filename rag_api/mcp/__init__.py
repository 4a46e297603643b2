"""The Model Context Protocol: the documents as tools that other people's agents call. `tools` has what each does,
`server` puts them behind the SDK, and `routes` is the way in."""
