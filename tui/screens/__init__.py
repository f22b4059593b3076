"""The screens. Each is a function of the values it is given, and answers with intents; none does any I/O."""
