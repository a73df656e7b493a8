#include "tools/end_in_words.h"

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

struct Sentence {
  std::string_view zh, en;
};
constexpr Sentence out_of_memory{
    "kinledger: 内存不足，程序已停止；已确认的内容均已保存\n",
    "kinledger: out of memory, so the program stopped; what was acknowledged is kept\n"};
constexpr Sentence aborted{
    "kinledger: 程序内部检查未通过，已停止（详情见上一行）；已确认的内容均已保存。"
    "请检查磁盘是否可写、是否完好，然后运行 kinledger verify\n",
    "kinledger: a check inside the program failed, so it stopped (the line above says which); what "
    "was acknowledged is kept. See whether the disk can be written and is sound, then run: "
    "kinledger verify\n"};

// For a signal, which takes no argument.
const Terminal* terminal_in_use = nullptr;

[[noreturn]] void end(const Sentence& said) {
  const auto sentence = terminal_in_use->language() == Language::zh ? said.zh : said.en;
  (void)!::write(STDERR_FILENO, sentence.data(), sentence.size());
  // No destructor runs: each of them might ask for memory, or fail the same check.
  ::_exit(static_cast<int>(Exit::unavailable));
}

void on_error(int error, void*) {
  if (error == ENOMEM) end(out_of_memory);
}

/// Libraries abort too where they get no thread, or no place for what belongs to one.
void on_abort(int) {
  void* const room = ::mmap(nullptr, probe_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  end(room == MAP_FAILED ? out_of_memory : aborted);
}

}  // namespace

void end_in_words(const Terminal& terminal) {
  terminal_in_use = &terminal;
  if (mi_register_error != nullptr) mi_register_error(on_error, nullptr);
  std::signal(SIGABRT, on_abort);
}

}  // namespace kinledger::tools
