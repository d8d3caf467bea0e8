# The BPF programs, where they can be built: clang with a BPF target, and libbpf. Elsewhere the lab is built without them,
# and what wants them says so when it runs.
find_program(LAB_CLANG NAMES clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14)
find_path(LAB_LIBBPF_INCLUDE bpf/libbpf.h)
if(LAB_STATIC) # then what libbpf needs has to be named, too: libelf, and what that needs
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  find_library(LAB_LIBZSTD zstd)
endif()
find_library(LAB_LIBBPF bpf)

if(LAB_CLANG AND LAB_LIBBPF_INCLUDE AND LAB_LIBBPF AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64" AND NOT CMAKE_CROSSCOMPILING)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/bpf)
  # <asm/types.h> is in a folder of the architecture on Debian, which clang does not look into for BPF.
  # -g: libbpf wants the types (BTF) that come with it.
  foreach(name directmap loads)
    set(source ${CMAKE_SOURCE_DIR}/workloads/bpf/${name}.bpf.c)
    set(object ${CMAKE_BINARY_DIR}/bpf/${name}.bpf.o)
    add_custom_command(
      OUTPUT ${object}
      COMMAND ${LAB_CLANG} --target=bpf -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter -D__TARGET_ARCH_x86
              -isystem /usr/include/${CMAKE_LIBRARY_ARCHITECTURE} -isystem ${LAB_LIBBPF_INCLUDE}
              -c ${source} -o ${object}
      DEPENDS ${source} ${CMAKE_SOURCE_DIR}/workloads/bpf/directmap_context.h
      VERBATIM)
    list(APPEND LAB_BPF_OBJECTS ${object})
  endforeach()
  target_sources(native PRIVATE workloads/native/directmap.c workloads/native/fentry.c)
  set_source_files_properties(
    workloads/native/directmap.c
    PROPERTIES COMPILE_DEFINITIONS "LAB_BPF_FOLDER=\"${CMAKE_BINARY_DIR}/bpf\"" OBJECT_DEPENDS "${LAB_BPF_OBJECTS}")
  if(LAB_STATIC)
    target_link_libraries(native PUBLIC ${LAB_LIBBPF} elf z $<$<BOOL:${LAB_LIBZSTD}>:${LAB_LIBZSTD}>)
  else()
    target_link_libraries(native PUBLIC -Wl,--as-needed ${LAB_LIBBPF})
  endif()
  file(REMOVE ${CMAKE_BINARY_DIR}/without-bpf)
else()
  target_sources(native PRIVATE workloads/native/directmap_absent.c workloads/native/fentry_absent.c)
  file(TOUCH ${CMAKE_BINARY_DIR}/without-bpf) # ./lab looks at this
endif()
