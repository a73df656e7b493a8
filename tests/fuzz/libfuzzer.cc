// Any target under libFuzzer: KINLEDGER_FUZZ_TARGET names it.
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/target.h"

namespace {

const kinledger::fuzz::Target& chosen() {
  static const auto* const target = [] {
    const char* const name = std::getenv("KINLEDGER_FUZZ_TARGET");
    const auto* const found = kinledger::fuzz::find_target(name == nullptr ? "" : name);
    if (found == nullptr) {
      std::fputs("KINLEDGER_FUZZ_TARGET must name a target: a source in tests/fuzz/*/\n", stderr);
      std::exit(2);
    }
    return found;
  }();
  return *target;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  chosen().run({data, size});
  return 0;
}
