#include "tools/out_of_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>

#include "tools/command.h"

// Of mimalloc, which is the program's allocator unless a sanitizer brings its own. It calls no
// std::new_handler and aborts where `new` fails; before that it calls this, for every allocation
// that fails.
extern "C" [[gnu::weak]] void mi_register_error(void (*told)(int error, void* argument),
                                                void* argument);

namespace kinledger::tools {
namespace {

// Who has no room for this much has no room for a thread.
constexpr std::size_t probe_bytes = std::size_t{64} << 20;

// For a signal, which takes no argument.
const Terminal* told = nullptr;

[[noreturn]] void end() {
  constexpr std::string_view zh = "kinledger: 内存不足，程序已停止；已确认的内容均已保存\n";
  constexpr std::string_view en =
      "kinledger: out of memory, so the program stopped; what was acknowledged is kept\n";
  const auto sentence = told->language() == Language::zh ? zh : en;
  (void)!::write(STDERR_FILENO, sentence.data(), sentence.size());
  // No destructor runs: each of them might ask for memory.
  ::_exit(static_cast<int>(Exit::unavailable));
}

void on_error(int error, void*) {
  if (error == ENOMEM) end();
}

/// Libraries abort where they get no thread or no place for what belongs to one.
void on_abort(int) {
  void* const room = ::mmap(nullptr, probe_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) end();
  // abort() goes on when this returns, and ends the process with the signal.
}

}  // namespace

void end_when_out_of_memory(const Terminal& terminal) {
  told = &terminal;
  if (mi_register_error != nullptr) mi_register_error(on_error, nullptr);
  std::signal(SIGABRT, on_abort);
}

}  // namespace kinledger::tools
