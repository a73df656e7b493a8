#include "tools/progress.h"

namespace kinledger::tools {

Progress::Progress(Terminal& terminal, Label what, Label unit)
    : terminal_(terminal),
      what_(std::move(what)),
      unit_(std::move(unit)),
      shown_(terminal.errors_are_terminal()) {}

Progress::~Progress() {
  if (drawn_) terminal_.redraw("");
}

void Progress::update(std::uint64_t done, std::uint64_t total) {
  const auto now = Clock::now();
  if (!shown_ || now < next_) return;
  next_ = now + shown_every;
  drawn_ = true;
  const auto seconds = std::chrono::duration<double>(now - begin_).count();
  const auto rate = static_cast<std::uint64_t>(static_cast<double>(done) / seconds);
  std::string line(terminal_.say(what_));
  line += ": " + std::to_string(done);
  if (total != 0) line += "/" + std::to_string(total);
  line.append(" ").append(terminal_.say(unit_)).append(", ").append(std::to_string(rate));
  line += "/s";
  if (total > done && rate > 0) {
    const auto left = std::to_string((total - done) / rate);
    line += terminal_.say({"，还需 " + left + " 秒", ", " + left + " s left"});
  }
  terminal_.redraw(line);
}

}  // namespace kinledger::tools
