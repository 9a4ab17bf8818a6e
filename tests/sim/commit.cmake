# Writes what the tree is at into a header, when the simulation is built: a commit may have come since it was
# configured. The file changes only with that.   -DSOURCE=, -DGIT=, -DHEADER=

set(commit unknown)
if(GIT)
  execute_process(COMMAND ${GIT} describe --always --dirty --exclude=*
    WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE told RESULT_VARIABLE failed
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT failed)
    set(commit ${told})
  endif()
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define RT_SIM_COMMIT \"${commit}\"\n")
