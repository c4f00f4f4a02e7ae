"""The worked example as a story in chapters: fictitious providers and persons, real verbs."""
