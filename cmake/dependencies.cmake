# What is needed from outside. Only cereal and the thread library reach a user's compiler; fmt is
# linked, and needed by a user's linker only when the library is static.

find_package(Threads REQUIRED)
find_package(cereal 1.3 REQUIRED)
find_package(fmt 9 REQUIRED)
