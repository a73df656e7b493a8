// One target without libFuzzer: its seeds, and then as many of them changed as it says, the
// same ones in every run of one KINLEDGER_SEED. KINLEDGER_TRIALS gives another number. An input
// that stops the program is left in fuzz-TARGET.input in the working directory.
//
// Usage: fuzz TARGET SEEDS
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "ledger/result.h"
#include "tests/fuzz/target.h"
#include "tests/setting.h"

namespace kinledger::fuzz {
namespace {

constexpr std::size_t input_bytes_max = std::size_t{1} << 16;
constexpr std::size_t edits_max = 8;
constexpr std::size_t piece_bytes_max = 64;

// What a signal handler needs: the input that is being run, and where to leave it.
std::string input;
std::string input_file;

void leave_input(int signal) {
  const int file = ::open(input_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file >= 0 && ::write(file, input.data(), input.size()) >= 0) ::close(file);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

std::vector<std::string> read_seeds(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<std::string> seeds;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

/// Changes inputs at random, with pieces of the seeds too.
class Changes {
 public:
  Changes(const std::vector<std::string>& seeds, std::uint64_t seed)
      : seeds_(seeds), random_(seed) {}

  std::string next() {
    std::string text = any_seed();
    for (auto edits = 1 + below(edits_max); edits > 0; --edits) edit(text);
    text.resize(std::min(text.size(), input_bytes_max));
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  const std::string& any_seed() { return seeds_[below(seeds_.size())]; }
  std::string piece_of(const std::string& text) {
    return text.substr(below(text.size()), 1 + below(piece_bytes_max));
  }

  void edit(std::string& text) {
    const auto at = below(text.size() + 1);
    const auto length = 1 + below(piece_bytes_max);
    switch (below(8)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        return;
      case 1:
        if (at < text.size()) text[at] = static_cast<char>(random_());
        return;
      case 2: {
        constexpr std::array<char, 8> edges{'\0', '\x01', '\x7f', '\x80', '\xff', '"', '<', '\n'};
        if (at < text.size()) text[at] = edges[below(edges.size())];
        return;
      }
      case 3:
        text.erase(at, length);
        return;
      case 4:
        text.insert(at, piece_of(text));
        return;
      case 5:
        text.insert(at, piece_of(any_seed()));
        return;
      case 6:
        text.replace(at, length, piece_of(any_seed()));
        return;
      default:
        // Seldom: a cut leaves nothing behind it to be read.
        if (below(4) == 0) text.resize(at);
    }
  }

  const std::vector<std::string>& seeds_;
  std::mt19937_64 random_;
};

void run(const Target& target, std::string text) {
  input = std::move(text);
  target.run(ledger::as_bytes(input));
}

int replay(const Target& target, const std::filesystem::path& directory) {
  input_file = "fuzz-" + std::string(target.name) + ".input";
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL})
    std::signal(signal, leave_input);
  const auto seeds = read_seeds(directory);
  invariant(!seeds.empty(), "there are no seeds: run tests/fuzz/seeds.py");
  const auto seed = setting("KINLEDGER_SEED", 20210331);
  const auto trials = setting("KINLEDGER_TRIALS", target.trials);
  std::printf("%zu seeds, %llu changed, KINLEDGER_SEED=%llu\n", seeds.size(),
              static_cast<unsigned long long>(trials), static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  for (const auto& text : seeds) run(target, text);
  Changes changes(seeds, seed);
  for (std::uint64_t trial = 0; trial < trials; ++trial) run(target, changes.next());
  return 0;
}

}  // namespace
}  // namespace kinledger::fuzz

int main(int count, char** arguments) {
  const auto* const target = count == 3 ? kinledger::fuzz::find_target(arguments[1]) : nullptr;
  if (target == nullptr) {
    std::fputs("usage: fuzz TARGET SEEDS\n", stderr);
    return 2;
  }
  return kinledger::fuzz::replay(*target, arguments[2]);
}
