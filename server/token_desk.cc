#include "server/token_desk.h"

#include <array>

namespace kinledger::server {
namespace {

ledger::Hash hash_of(std::string_view text) { return ledger::sha256({ledger::as_bytes(text)}); }

}  // namespace

std::optional<std::string> TokenDesk::issue(Token token, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(issued_, [&](const auto& entry) { return entry.second.until <= now; });
  if (issued_.size() >= tokens_max) return std::nullopt;
  std::array<std::uint8_t, 32> drawn;
  random_.fill(drawn);
  auto text = ledger::to_hex(drawn);
  issued_.emplace(hash_of(text), Issued{std::move(token), now + token_life});
  return text;
}

std::optional<Token> TokenDesk::find(std::string_view text, const ledger::Hash& certificate,
                                     Clock::time_point now) const {
  const auto hash = hash_of(text);
  const std::lock_guard lock(mutex_);
  const auto found = issued_.find(hash);
  const bool is_good = found != issued_.end() && now < found->second.until &&
                       found->second.token.certificate == certificate;
  return is_good ? std::optional(found->second.token) : std::nullopt;
}

void TokenDesk::revoke(std::string_view text) {
  const auto hash = hash_of(text);
  const std::lock_guard lock(mutex_);
  issued_.erase(hash);
}

}  // namespace kinledger::server
