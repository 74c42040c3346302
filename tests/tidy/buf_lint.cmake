# Read by ctest itself, so that it does not matter when `npm install --prefix tests/tidy` was run.
if(EXISTS "${CMAKE_CURRENT_LIST_DIR}/node_modules/.bin/buf")
  add_test(buf_lint "${CMAKE_CURRENT_LIST_DIR}/node_modules/.bin/buf" lint
    "${CMAKE_CURRENT_LIST_DIR}/../../proto")
endif()
