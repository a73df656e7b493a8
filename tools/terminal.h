// The terminal (终端): the streams, the language and the environment of one run of the program.
// Results go to standard output, everything else to standard error. Made by main() and handed down;
// no subcommand touches a stream or the environment by itself.
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "ledger/result.h"
#include "projections/answer.h"
#include "projections/declarations.h"

namespace spdlog {
class logger;
}

namespace kinledger::tools {

using projections::Label;
using projections::Language;

/// The variables of the environment that subcommands look at; empty when they are not set.
struct Environment {
  std::string ledger;  ///< $KINLEDGER: the ledger directory, where LEDGER is left out
  std::string now;     ///< $KINLEDGER_NOW: RFC 3339, the time of a simulated ledger
};

/// Names that --log-level takes, the most talkative first. The default is "warn".
inline constexpr std::string_view log_levels[] = {"debug", "info", "warn", "error", "off"};

/// Thread rule: one thread; log() from any.
class Terminal {
 public:
  /// Writes to the process's own streams.
  Terminal(Language language, Environment environment);
  /// For a run inside a run, in another environment: all that it says, complaints too, is output of
  /// the outer one, which prints nothing meanwhile.
  Terminal(Terminal& outer, Environment environment);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  Language language() const { return language_; }
  void set_language(Language language) { language_ = language; }
  /// Precondition: one of log_levels.
  void set_log_level(std::string_view level);
  /// Each of the program's own messages as one line of JSON: {"time", "level", "message"}.
  void set_log_json();
  const Environment& environment() const { return environment_; }
  /// The label in the user's language; borrows from it.
  std::string_view say(const Label& label) const { return projections::text_of(label, language_); }

  /// Standard output, buffered. Once it cannot be written, what follows is dropped; see output().
  void print(std::string_view text);
  void print_line(std::string_view text);
  void flush();
  /// Standard error, at once and after what was printed before.
  void complain(std::string_view line);
  /// Draws the one line of standard error that changes; empty takes it away.
  void redraw(std::string_view line);

  /// `broken_pipe`: the reader went away, as `head` does; the rest need not be written.
  enum class Output { good, broken_pipe, failed };
  Output output() const { return output_; }

  /// False inside another run: nothing is redrawn in its story.
  bool errors_are_terminal() const;

  /// All of standard input. `invalid` above `bytes_max`, `unavailable` on a read error.
  ledger::Result<std::string> read_input(std::size_t bytes_max) const;
  /// One line typed without being shown. `invalid` when there is no terminal to ask at.
  ledger::Result<std::string> ask_unseen(const Label& prompt);

  /// Of the program's own working, never of its results; no identity ever goes in.
  void log_info(std::string_view text);
  void log_warning(std::string_view text);

 private:
  Language language_;
  Environment environment_;
  std::string buffer_;
  Output output_ = Output::good;
  bool inside_ = false;  ///< of another run
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace kinledger::tools
