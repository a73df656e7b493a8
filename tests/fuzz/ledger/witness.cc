// What a log asks of a witness: an answer whatever was asked, and a cosignature only for the log
// that is trusted.
#include "ledger/witness.h"

#include <memory>

#include "ledger/crypto.h"
#include "tests/fuzz/published_log.h"
#include "tests/fuzz/target.h"
#include "tests/test_directory.h"

namespace kinledger::fuzz {
namespace {

using namespace ledger;

/// A witness that has seen nothing yet. A cosignature makes it another one: then it is made again,
/// so that what comes of an input hangs on nothing but the input.
class NewWitness {
 public:
  NewWitness() { make(); }

  WitnessAnswer ask(std::string_view request) {
    auto answer = witness_->add_checkpoint(request);
    if (answer.verdict == WitnessVerdict::cosigned) make();
    return answer;
  }

 private:
  void make() {
    witness_.reset();
    directory_ = std::make_unique<TestDirectory>(place_of_simulated_disks());
    SeededRandom random(20210331);
    const auto state = directory_->path();
    invariant(Witness::identity(state, "witness.example/fuzz", random).has_value());
    auto opened = Witness::open({.state = state,
                                 .name = "witness.example/fuzz",
                                 .logs = {published_log()},
                                 .clock = [] { return CosignedAt{1'617'580'800}; }},
                                random);
    invariant(opened.has_value());
    witness_ = std::move(*opened);
  }

  std::unique_ptr<TestDirectory> directory_;
  std::unique_ptr<Witness> witness_;
};

}  // namespace

void witness(ByteView input) {
  static NewWitness witness;
  const auto answer = witness.ask(as_text(input));
  invariant(answer.body.ends_with('\n'));
  invariant(answer.verdict != WitnessVerdict::unavailable, answer.body);
  invariant(answer.verdict != WitnessVerdict::cosigned || answer.origin == published_log().name);
}

const Registered registered_witness({"witness", witness, 10'000});

}  // namespace kinledger::fuzz
