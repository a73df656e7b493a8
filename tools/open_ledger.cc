#include "tools/open_ledger.h"

#include <chrono>

#include "tools/complaint.h"

namespace kinledger::tools {

using ledger::Error;
using ledger::Failure;

std::vector<Parameter> ledger_parameters(LedgerArguments& arguments) {
  auto ledger = word("LEDGER",
                     {"账本目录；设置了 $KINLEDGER 时可省略",
                      "directory of the ledger; may be left out where $KINLEDGER names it"},
                     arguments.directory);
  ledger.from_environment = true;
  ledger.offer = Parameter::Offer::directories;
  return {ledger, state_option(arguments)};
}

Parameter state_option(LedgerArguments& arguments) {
  auto state = option("--state", "DIR",
                      {"密钥和水位所在目录；默认 LEDGER.state",
                       "directory of the keys and the mark; by default LEDGER.state"},
                      arguments.state);
  state.offer = Parameter::Offer::directories;
  return state;
}

Told<ledger::Clock> clock_of(Terminal& terminal) {
  const auto& now = terminal.environment().now;
  if (now.empty()) return ledger::Clock(ledger::system_clock_now);
  const auto instant = ledger::parse_recorded_at(now);
  if (!instant) {
    terminal.complain("KINLEDGER_NOW:");
    return complain(terminal, instant.error());
  }
  return ledger::Clock([at = *instant] { return at; });
}

namespace {

void tell_read_only(const Error& why, Terminal& terminal) {
  terminal.complain("kinledger: " +
                    std::string(terminal.say(
                        {"账本只读，不登记也不签名：" + (why.zh.empty() ? why.what : why.zh),
                         "the ledger is read-only, nothing is recorded or signed: " + why.what})));
}

Told<OpenLedger> open(const LedgerArguments& arguments, bool may_be_read_only, Terminal& terminal) {
  auto clock = clock_of(terminal);
  if (!clock) return clock.error();
  OpenLedger opened;
  opened.where = arguments;
  opened.random = std::make_unique<ledger::SystemRandom>();
  opened.clock = *clock;
  ledger::LedgerOptions options;
  options.directory = arguments.directory;
  options.state = arguments.state;
  options.clock = opened.clock;
  options.may_be_read_only = may_be_read_only;
  const auto begin = std::chrono::steady_clock::now();
  auto archive = projections::Archive::open(options, *opened.random);
  if (!archive) return complain(terminal, archive.error());
  opened.archive = std::move(*archive);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  auto& ledger = opened.archive->ledger();
  terminal.log_info("opened " + ledger.identity().origin + " with " +
                    std::to_string(ledger.durable().size.value) + " events in " +
                    std::to_string(took.count()) + " ms");
  if (const auto erased = ledger.erased_at_start(); erased != 0)
    terminal.log_warning("the vault was older than the journal: erased " + std::to_string(erased) +
                         " persons in it again");
  if (!terminal.environment().now.empty() && !ledger.identity().simulated)
    return complain(terminal, Error{Failure::invalid,
                                    "KINLEDGER_NOW is set, but only ledgers whose origin ends in "
                                    ".invalid have a simulated clock: unset it"});
  if (const auto& why = ledger.read_only()) tell_read_only(*why, terminal);
  return opened;
}

}  // namespace

Told<OpenLedger> open_ledger(const LedgerArguments& arguments, Terminal& terminal) {
  return open(arguments, false, terminal);
}

Told<OpenLedger> open_ledger_to_read(const LedgerArguments& arguments, Terminal& terminal) {
  return open(arguments, true, terminal);
}

}  // namespace kinledger::tools
