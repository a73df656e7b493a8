#include "tools/terminal.h"

#include <fcntl.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <termios.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>

namespace kinledger::tools {
namespace {

using ledger::Error;
using ledger::Failure;
using ledger::Result;

constexpr std::size_t buffer_bytes_max = std::size_t{64} << 10;
constexpr std::size_t typed_bytes_max = 256;

/// Writes everything; the error number, or 0.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

std::shared_ptr<spdlog::logger> make_logger() {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  auto logger = std::make_shared<spdlog::logger>("kinledger", std::move(sink));
  logger->set_pattern("kinledger: %l: %v");
  logger->set_level(spdlog::level::warn);
  return logger;
}

/// The message as a JSON string, so that nothing in it can look like another message.
class JsonMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    const auto text = boost::json::serialize(
        boost::json::string_view(message.payload.data(), message.payload.size()));
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
    return std::make_unique<JsonMessage>();
  }
};

/// Stops the terminal from showing what is typed, until it goes out of scope.
class Unseen {
 public:
  explicit Unseen(int descriptor) : descriptor_(descriptor) {
    changed_ = tcgetattr(descriptor_, &before_) == 0;
    if (!changed_) return;
    auto quiet = before_;
    // Without ISIG an interrupt cannot leave the terminal silent.
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
    changed_ = tcsetattr(descriptor_, TCSAFLUSH, &quiet) == 0;
  }
  ~Unseen() {
    if (changed_) tcsetattr(descriptor_, TCSAFLUSH, &before_);
    ::close(descriptor_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  bool works() const { return changed_; }

 private:
  const int descriptor_;
  termios before_{};
  bool changed_ = false;
};

}  // namespace

Terminal::Terminal(Language language, Environment environment)
    : language_(language), environment_(std::move(environment)), logger_(make_logger()) {}

Terminal::Terminal(Terminal& outer, Environment environment)
    : language_(outer.language_),
      environment_(std::move(environment)),
      inside_(true),
      logger_(outer.logger_) {
  outer.flush();
  output_ = outer.output_;
}

Terminal::~Terminal() { flush(); }

void Terminal::print(std::string_view text) {
  buffer_.append(text);
  if (buffer_.size() >= buffer_bytes_max) flush();
}

void Terminal::print_line(std::string_view text) {
  print(text);
  print("\n");
}

void Terminal::flush() {
  if (output_ == Output::good && !buffer_.empty())
    if (const int error = write_all(STDOUT_FILENO, buffer_); error != 0)
      output_ = error == EPIPE ? Output::broken_pipe : Output::failed;
  buffer_.clear();
}

void Terminal::complain(std::string_view line) {
  if (inside_) return print_line(line);
  flush();
  // Nobody can be told that standard error does not work.
  (void)write_all(STDERR_FILENO, std::string(line) + "\n");
}

void Terminal::redraw(std::string_view line) {
  flush();
  // Back to the first column, and clear what is to the right.
  (void)write_all(STDERR_FILENO, "\r\x1b[K" + std::string(line));
}

void Terminal::set_log_level(std::string_view level) {
  logger_->set_level(spdlog::level::from_str(std::string(level)));
}

void Terminal::set_log_json() {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<JsonMessage>('*').set_pattern(
      R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l","message":%*})");
  logger_->set_formatter(std::move(formatter));
}

bool Terminal::errors_are_terminal() const { return !inside_ && ::isatty(STDERR_FILENO) == 1; }

Result<std::string> Terminal::read_input(std::size_t bytes_max) const {
  std::string text;
  std::string piece(buffer_bytes_max, '\0');
  while (true) {
    const auto count = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      return Error{Failure::unavailable,
                   std::string("standard input cannot be read: ") + std::strerror(errno)};
    if (count == 0) return text;
    text.append(piece, 0, static_cast<std::size_t>(count));
    if (text.size() > bytes_max)
      return Error{Failure::invalid,
                   "standard input is longer than " + std::to_string(bytes_max) + " bytes"};
  }
}

Result<std::string> Terminal::ask_unseen(const Label& prompt) {
  // The terminal itself, so that it can be asked even when standard input is a file.
  const int tty = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (tty < 0)
    return Error{Failure::invalid, "there is no terminal to ask at: use - or @FILE instead of ?"};
  flush();
  const Unseen unseen(tty);
  if (!unseen.works())
    return Error{Failure::unavailable, "the terminal cannot be stopped from showing what is typed"};
  (void)write_all(tty, std::string(say(prompt)) + ": ");
  std::string typed(typed_bytes_max, '\0');
  const auto count = ::read(tty, typed.data(), typed.size());
  (void)write_all(tty, "\n");
  if (count <= 0) return Error{Failure::invalid, "nothing was typed"};
  typed.resize(static_cast<std::size_t>(count));
  return typed;
}

void Terminal::log_info(std::string_view text) { logger_->info(text); }
void Terminal::log_warning(std::string_view text) { logger_->warn(text); }

}  // namespace kinledger::tools
