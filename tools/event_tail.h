// Prints the events that a server streams, and goes on where it was when the connection breaks.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "ledger/event.h"
#include "server/event_follower.h"
#include "server/http_client.h"
#include "tools/command.h"

namespace kinledger::tools {

struct TailRequest {
  server::HttpUrl url;
  std::shared_ptr<server::Tls> tls = nullptr;  ///< of https
  ledger::TreeSize from;
  std::string filters;        ///< "&type=PremiumPaid"; may be empty
  bool follows = true;        ///< also what is recorded later
  bool json = false;          ///< a line of JSON for each event
  std::string origin;         ///< of the log whose stream is checked
  std::filesystem::path log;  ///< where the followed log is kept; empty: nowhere
};

/// Pauses before a stream is asked for again that gave nothing: the first time at once.
inline constexpr std::chrono::seconds tail_pause_first{1};
inline constexpr std::chrono::seconds tail_pause_most{30};

class EventTail {
 public:
  /// With a follower every frame is checked before anything of it is printed. The terminal must
  /// outlive it.
  EventTail(TailRequest request, std::optional<server::EventFollower> follower, Terminal& terminal);

  /// Until the log is over (`follows` is false), the token, or something that trying again does not
  /// change. Exit::not_verified at a contradiction, whose first event is told.
  Exit run(const std::stop_token& stop);

 private:
  using Clock = std::chrono::steady_clock;
  /// Why a connection is over: with an exit when it is the last.
  struct Ended {
    std::optional<Exit> exit;
    std::string why;
  };

  Ended connect(const std::stop_token& stop);
  Ended refused(unsigned status, const std::string& content_type, const std::string& body);
  /// Takes a piece of a stream; false once `fault_` or a contradiction was told.
  bool take(std::string_view piece);
  bool take(const server::Frame& frame);
  bool take_start(const server::StreamStart& start);
  bool take_event(const server::StreamedEvent& event);
  void print(const ledger::EventView& event);
  Exit tell(const server::Contradiction& contradiction);
  void tell_progress(bool is_last);
  std::optional<Exit> keep(bool is_last);
  void pause(const std::string& why, const std::stop_token& stop);

  const TailRequest request_;
  std::optional<server::EventFollower> follower_;
  Terminal& terminal_;
  ledger::TreeSize next_;
  std::optional<server::FrameReader> reader_;  ///< of this connection
  std::string end_;                            ///< why the server ended it, if it said so
  std::optional<Exit> exit_;
  std::chrono::seconds pause_{0};
  std::string told_progress_;
  Clock::time_point told_at_;
  std::string kept_;  ///< the checkpoint that is in the file
  Clock::time_point kept_at_;
};

}  // namespace kinledger::tools
