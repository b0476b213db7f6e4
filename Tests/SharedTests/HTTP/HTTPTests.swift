/// The tests of the module `HTTP`, and what only they need, in one namespace.
enum HTTPTests {}
