# How everything here is compiled: one place for flags, caches, linkers and the shape of a target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Dev CACHE STRING "" FORCE)
endif()
# Dev is what CI and deploy/local build: quick to compile, good stack traces.
set(CMAKE_CXX_FLAGS_DEV "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(MUARA_SANITIZE "" CACHE STRING "address or thread: build with that sanitizer")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
enable_testing()

add_compile_options(-Wall -Wextra -Wno-missing-field-initializers -fno-omit-frame-pointer)
# At -O2 gcc 12 sees overlaps in std::string's operator+ that cannot be (GCC bug 105651).
add_compile_options($<$<CONFIG:Release>:-Wno-restrict>)
if(MUARA_SANITIZE STREQUAL "address")
  # vptr, null, alignment and object-size double the build time and find little in this code.
  # gcc 12 warns of uninitialised members of std::variant only under the sanitizer, wrongly.
  set(MUARA_SANITIZE_FLAGS -fsanitize=address,undefined -Wno-maybe-uninitialized
      -fno-sanitize=vptr,null,alignment,object-size -fno-sanitize-recover=all)
elseif(MUARA_SANITIZE STREQUAL "thread")
  # Asio has fences, which TSan does not model; its queues are behind mutexes all the same.
  set(MUARA_SANITIZE_FLAGS -fsanitize=thread -Wno-tsan)
endif()
if(MUARA_SANITIZE_FLAGS)
  add_link_options(${MUARA_SANITIZE_FLAGS})
endif()

# muara_library(NAME sql SOURCES a.cpp DEPS muara_base ...): one of our own libraries.
function(muara_library)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  add_library(muara_${ARG_NAME} STATIC ${ARG_SOURCES})
  target_include_directories(muara_${ARG_NAME} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(muara_${ARG_NAME} PRIVATE -Werror ${MUARA_SANITIZE_FLAGS})
  target_link_libraries(muara_${ARG_NAME} PUBLIC ${ARG_DEPS})
endfunction()

# muara_binary(NAME muara-ticket SOURCES main.cpp DEPS ...): a program.
function(muara_binary)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_include_directories(${ARG_NAME} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_options(${ARG_NAME} PRIVATE -Werror ${MUARA_SANITIZE_FLAGS})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPS})
endfunction()

# muara_test(NAME base SOURCES ... DEPS ...): a GoogleTest binary `test_<name>`, run by ctest.
function(muara_test)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  muara_binary(NAME test_${ARG_NAME} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS} gmock gtest gtest_main)
  add_test(NAME ${ARG_NAME} COMMAND test_${ARG_NAME})
  set_tests_properties(${ARG_NAME} PROPERTIES TIMEOUT 300)
endfunction()
