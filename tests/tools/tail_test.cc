// `kinledger tail` against servers that are honest, that break and that lie, over real sockets.
#include <algorithm>
#include <mutex>
#include <thread>

#include "ledger/checkpoint.h"
#include "server/followed_log.h"
#include "tests/server/scripted_server.h"
#include "tests/server/streamed_log.h"
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

using server::Frame;
using server::HttpRequest;
using server::HttpResponse;
using server::StreamedLog;

HttpResponse response_of(const std::vector<Frame>& frames) {
  HttpResponse response;
  response.content_type = server::event_stream_type;
  response.body = server::bytes_of(frames);
  return response;
}

class TailCommand : public testing::Test {
 protected:
  using Answer = std::function<HttpResponse(std::uint64_t from)>;

  TailCommand() { serve(honest(20)); }

  /// What is recorded up to `until`.
  Answer honest(std::uint64_t until) const {
    return [this, until](std::uint64_t from) {
      return response_of(log_.frames({.from = from, .until = until}));
    };
  }
  void answer(Answer answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  /// Begins to serve; on the same port as before.
  void serve(Answer with) {
    answer(std::move(with));
    server::HttpOptions options;
    options.address.port = port_;
    serving_ = std::make_unique<server::Serving>(options, [this](const HttpRequest& request) {
      const std::lock_guard lock(mutex_);
      asked_.push_back(request.target);
      constexpr std::string_view begin = "/v1/events?from=";
      if (!request.target.starts_with(begin)) return HttpResponse{.status = 404};
      return answer_(std::stoull(request.target.substr(begin.size())));
    });
    port_ = serving_->port();
  }
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  std::vector<std::string> words(std::vector<std::string> more) const {
    more.insert(more.begin(), {"tail", url()});
    return more;
  }
  std::vector<std::string> verifying(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"--verify", "--key", log_.log().verifier().to_text()});
    return words(more);
  }
  std::vector<std::string> kept(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"--state", "followed"});
    return verifying(more);
  }
  /// One run over a stream that an honest one was changed to.
  Ran run_over(const std::function<void(std::vector<Frame>&)>& change) {
    answer([this, change](std::uint64_t from) {
      auto frames = log_.frames({.from = from, .until = 20});
      change(frames);
      return response_of(frames);
    });
    return shell_.run(verifying({"--no-follow", "--json"}));
  }
  /// The number of the frame with event `sequence`, in a stream from 0 with batches of 4.
  static std::ptrdiff_t place_of(std::ptrdiff_t sequence) {
    return 1 + sequence + sequence / 4 * 2;
  }
  static std::vector<std::uint64_t> sequences_of(const std::string& out) {
    std::vector<std::uint64_t> sequences;
    for (const auto& event : objects_of(out)) sequences.push_back(number(event, "sequence"));
    return sequences;
  }
  static std::vector<std::uint64_t> numbers(std::uint64_t from, std::uint64_t until) {
    std::vector<std::uint64_t> out;
    for (; from < until; ++from) out.push_back(from);
    return out;
  }

  Shell shell_;
  const StreamedLog log_;
  const StreamedLog other_{6};
  std::mutex mutex_;
  Answer answer_;
  std::vector<std::string> asked_;
  std::uint16_t port_ = 0;
  std::unique_ptr<server::Serving> serving_;
};

TEST_F(TailCommand, PrintsALineForEachEvent) {
  const auto ran = shell_.run(words({"--no-follow"}));
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(ran.err, "");
  EXPECT_EQ(std::ranges::count(ran.out, '\n'), 20);
  EXPECT_TRUE(holds(ran.out,
                    "       1  2021-01-04T01:02:04.000000Z  2019-04-14  PremiumPaid  "
                    "amount=250.00\n"))
      << ran.out;
  EXPECT_TRUE(holds(shell_.run(words({"--no-follow", "--lang", "zh"})).out, "金额=250.00"));
  EXPECT_EQ(asked().at(0), "/v1/events?from=0&follow=false");
}

TEST_F(TailCommand, PrintsJson) {
  const auto ran = shell_.run(words({"--no-follow", "--json", "--from", "17"}));
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(sequences_of(ran.out), numbers(17, 20));
  EXPECT_EQ(text(objects_of(ran.out).at(0), "type"), "PremiumPaid");
}

TEST_F(TailCommand, VerifiesAndGoesOnFromWhatItKept) {
  auto ran = shell_.run(kept({"--no-follow", "--json"}));
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(sequences_of(ran.out), numbers(0, 20));
  EXPECT_TRUE(holds(ran.err, "verified to 20 (log.example/1)\n")) << ran.err;
  const auto key = log_.key();
  const auto read = server::read_followed_log(shell_.read("followed"), {&key, 1});
  ASSERT_TRUE(read.has_value()) << shell_.read("followed");
  EXPECT_EQ(read->edge.head(), log_.log().head(20));
  answer(honest(31));
  ran = shell_.run(kept({"--no-follow", "--json"}));
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(asked().back(), "/v1/events?from=20&follow=false");
  EXPECT_EQ(sequences_of(ran.out), numbers(20, 31));
}

TEST_F(TailCommand, BeginsBehindACheckpoint) {
  shell_.write("old", log_.log().note(10));
  auto ran = shell_.run(verifying({"--no-follow", "--json", "--from", "@old"}));
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(sequences_of(ran.out), numbers(10, 20));
  answer([this](std::uint64_t from) {
    return response_of({log_.start(from), log_.batch_end(from), log_.signed_batch(0, from),
                        server::StreamEnd{"complete"}});
  });
  EXPECT_EQ(shell_.run(kept({"--no-follow", "--from", "@old"})).exit, 0);
  EXPECT_TRUE(holds(shell_.read("followed"), log_.log().note(10))) << "also without an event";
  answer(honest(20));
  shell_.write("old", other_.log().note(10));
  ran = shell_.run(verifying({"--no-follow", "--json", "--from", "@old"}));
  EXPECT_EQ(ran.exit, 4) << ran.told();
  EXPECT_TRUE(holds(ran.err, "[LOG_FORKED]")) << ran.err;
  shell_.write("old", StreamedLog(10'000, "log.example/2").log().note(10));
  EXPECT_EQ(shell_.run(verifying({"--no-follow", "--from", "@old"})).exit, 3);
}

TEST_F(TailCommand, NamesTheFirstEventThatCannotBeTrusted) {
  struct Lie {
    const char* told;
    std::function<void(std::vector<Frame>&)> change;
  };
  const std::vector<Lie> lies{
      {"sequence 4: the log signed another history of 8 events",
       [&](auto& frames) { frames[place_of(8) - 1] = other_.signed_batch(4, 8); }},
      {"sequence 4: the server says that there are 8 events up to here, but 7 came",
       [&](auto& frames) { frames.erase(frames.begin() + place_of(5)); }},
      {"sequence 6: it was recorded at 2021-01-04T01:02:08.000000Z, before the one before it",
       [&](auto& frames) { std::swap(frames[place_of(5)], frames[place_of(6)]); }},
      {"sequence 4: the server says that there are 8 events up to here, but 9 came",
       [&](auto& frames) {
         frames.insert(frames.begin() + place_of(5), Frame(frames[place_of(5)]));
       }},
      {"sequence 4: from this event up to size 8 the content or the order",
       [&](auto& frames) { frames[place_of(6)] = server::StreamedEvent{other_.event(6)}; }},
      {"sequence 5: this is no event",
       [&](auto& frames) { frames[place_of(5)] = server::StreamedEvent{ledger::Bytes(64, 255)}; }},
      {"sequence 4: the checkpoint is of 4 events, not of 8: an old one",
       [&](auto& frames) { frames[place_of(8) - 1] = log_.signed_batch(0, 4); }},
      {"sequence 0: the checkpoint has no valid signature",
       [&](auto& frames) {
         frames[place_of(4) - 1] = StreamedLog(10'000, "log.example/2").signed_batch(0, 4);
       }},
  };
  for (const auto& lie : lies) {
    const auto ran = run_over(lie.change);
    EXPECT_EQ(ran.exit, 4) << lie.told << "\n" << ran.told();
    EXPECT_TRUE(holds(ran.err, "not verified; the first event that cannot be trusted is " +
                                   std::string(lie.told)))
        << lie.told << "\n"
        << ran.err;
  }
  const auto chinese = shell_.run(verifying({"--no-follow", "--lang", "zh"}));
  EXPECT_TRUE(holds(chinese.err, "未通过校验；第一条不可信的记录：序号 0：检查点没有"))
      << chinese.err;
}

TEST_F(TailCommand, KeepsTheCheckpointOfAFork) {
  answer([this](std::uint64_t from) {
    auto frames = log_.frames({.from = from, .until = 20});
    frames[place_of(8) - 1] = other_.signed_batch(4, 8);
    return response_of(frames);
  });
  EXPECT_EQ(shell_.run(kept({"--no-follow"})).exit, 4);
  EXPECT_EQ(shell_.read("followed.fork"), other_.log().note(8));
  const auto key = log_.key();
  EXPECT_EQ(server::read_followed_log(shell_.read("followed"), {&key, 1}).value().edge.size().value,
            4U);
}

TEST_F(TailCommand, ALogThatShrankIsToldAfterARestart) {
  EXPECT_EQ(shell_.run(kept({"--no-follow"})).exit, 0);
  const auto before = shell_.read("followed");
  answer([this](std::uint64_t) { return response_of(log_.frames({.from = 12, .until = 12})); });
  auto ran = shell_.run(kept({"--no-follow"}));
  EXPECT_EQ(ran.exit, 4);
  EXPECT_TRUE(holds(ran.err, "sequence 12: the server's log has 12 events, but there were 20"))
      << ran.err;
  answer([](std::uint64_t) {
    return HttpResponse{.status = 409, .content_type = "text/x.tlog.size", .body = "12\n"};
  });
  ran = shell_.run(kept({"--no-follow"}));
  EXPECT_EQ(ran.exit, 4);
  EXPECT_TRUE(holds(ran.err, "sequence 12: the server's log has 12 events")) << ran.err;
  answer([this](std::uint64_t from) {
    return response_of(other_.frames({.from = from, .until = 24}));
  });
  ran = shell_.run(kept({"--no-follow"}));
  EXPECT_EQ(ran.exit, 4);
  EXPECT_TRUE(holds(ran.err, "sequence 0: the first 20 events of the server are not those"))
      << ran.err;
  EXPECT_EQ(shell_.read("followed"), before);
}

// Cut in the middle of a frame, at every batch and in between: nothing is printed twice.
TEST_F(TailCommand, GoesOnWhereAConnectionBroke) {
  answer([this](std::uint64_t from) {
    auto response = response_of(log_.frames({.from = from, .until = 20}));
    const auto whole =
        response_of(log_.frames({.from = from, .until = std::min<std::uint64_t>(from + 7, 20)}));
    if (from < 13) response.body.resize(whole.body.size() - 150);
    return response;
  });
  const auto ran = shell_.run(kept({"--no-follow", "--json"}));
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(sequences_of(ran.out), numbers(0, 20));
  EXPECT_GE(asked().size(), 3U);
  EXPECT_TRUE(holds(ran.err, "verified to 20 (log.example/1)\n")) << ran.err;
}

TEST_F(TailCommand, FollowsThroughARestartOfTheServerUntilItIsStopped) {
  const auto running = shell_.run_behind(kept({"--json"}), "tail.err");
  std::vector<std::uint64_t> sequences;
  for (int i = 0; i < 20; ++i)
    sequences.push_back(number(object_of(running->read_line()), "sequence"));
  serving_.reset();
  serve(honest(30));
  for (int i = 0; i < 10; ++i)
    sequences.push_back(number(object_of(running->read_line()), "sequence"));
  EXPECT_EQ(sequences, numbers(0, 30));
  EXPECT_EQ(running->end(SIGINT), 0) << shell_.read("tail.err");
  const auto key = log_.key();
  const auto kept_log = server::read_followed_log(shell_.read("followed"), {&key, 1});
  ASSERT_TRUE(kept_log.has_value());
  EXPECT_EQ(kept_log->edge.size().value, 30U);
  answer(honest(33));
  const auto ran = shell_.run(kept({"--json", "--no-follow"}));
  EXPECT_EQ(sequences_of(ran.out), numbers(30, 33)) << ran.told();
}

TEST_F(TailCommand, SaysWhatIsNotSigned) {
  answer([this](std::uint64_t from) {
    auto frames = log_.frames({.from = from, .until = 20});
    frames.erase(frames.begin() + place_of(20) - 1);
    return response_of(frames);
  });
  auto ran = shell_.run(kept({"--no-follow"}));
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_TRUE(holds(ran.err, "verified to 16 (log.example/1); the 4 events behind are not signed"))
      << ran.err;
  answer([this](std::uint64_t from) {
    return response_of(log_.frames({.from = from, .until = 20, .is_signed = false}));
  });
  ran = shell_.run(verifying({"--no-follow"}));
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_TRUE(holds(ran.err, "not verified yet: there was no checkpoint; the 20 events"))
      << ran.err;
}

TEST_F(TailCommand, AsksForWhatItIsAskedFor) {
  answer([this](std::uint64_t from) {
    return response_of(log_.frames({.from = from, .until = 20, .left_out = 2}));
  });
  const std::string id = "0123456789abcdef0123456789abcdef";
  const auto ran = shell_.run(verifying({"--no-follow", "--json", "--type", "PremiumPaid",
                                         "--person", id, "--unit", id, "--area", "330106"}));
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(sequences_of(ran.out).size(), 10U);
  EXPECT_EQ(sequences_of(ran.out).back(), 19U);
  EXPECT_EQ(asked().back(), "/v1/events?from=0&follow=false&type=PremiumPaid&person=" + id +
                                "&unit=" + id + "&area=330106");
}

TEST_F(TailCommand, AnswersThatAreNoStreamAreTold) {
  struct Case {
    HttpResponse response;
    int exit;
    const char* told;
  };
  for (const auto& one : std::vector<Case>{
           {{.status = 404, .body = "no such path\n"}, 3, "status 404: no such path\n"},
           {{.status = 200, .content_type = "text/html"}, 3, "it answers with text/html"},
           {{.status = 400, .body = "\x1b[2J"}, 3, "status 400: ?[2J\n"},
           {{.status = 503, .body = "starting\n"}, 5, "status 503: starting"}}) {
    answer([&](std::uint64_t) { return one.response; });
    const auto ran = shell_.run(words({"--no-follow"}));
    EXPECT_EQ(ran.exit, one.exit) << ran.told();
    EXPECT_TRUE(holds(ran.err, one.told)) << ran.err;
  }
  answer([](std::uint64_t) {
    return HttpResponse{.content_type = std::string(server::event_stream_type), .body = "nonsense"};
  });
  EXPECT_EQ(shell_.run(words({"--no-follow"})).exit, 4);
  const auto ran = shell_.run(verifying({"--no-follow"}));
  EXPECT_EQ(ran.exit, 4);
  EXPECT_TRUE(holds(ran.err, "[STREAM_MALFORMED]")) << ran.err;
  serving_.reset();
  EXPECT_EQ(shell_.run(words({"--no-follow"})).exit, 5);
}

TEST_F(TailCommand, RefusesWordsThatMakeNoSense) {
  const auto key = log_.log().verifier().to_text();
  for (const auto& more :
       std::vector<std::vector<std::string>>{{"--verify"},
                                             {"--key", key},
                                             {"--state", "s"},
                                             {"--policy", "p"},
                                             {"--from", "x"},
                                             {"--from", "-1"},
                                             {"--type", "Nonsense"},
                                             {"--person", resident("20120615", 24)},
                                             {"--unit", "330199001"},
                                             {"--area", "3301"}})
    EXPECT_EQ(shell_.run(words(more)).exit, 2) << more.front();
  const auto stranger = StreamedLog(10'000, "log.example/2").log().verifier().to_text();
  EXPECT_EQ(shell_.run(verifying({"--key", stranger})).exit, 2);
  EXPECT_EQ(shell_.run({"tail", "https://a"}).exit, 2);
  EXPECT_TRUE(asked().empty());
  EXPECT_EQ(shell_.run(kept({"--no-follow"})).exit, 0);
  EXPECT_EQ(shell_.run(kept({"--no-follow", "--from", "3"})).exit, 2);
  shell_.write("followed", shell_.read("followed") + "x");
  const auto changed = shell_.run(kept({"--no-follow"}));
  EXPECT_EQ(changed.exit, 3);
  EXPECT_TRUE(holds(changed.err, "[STATE_UNREADABLE]")) << changed.err;
}

}  // namespace
}  // namespace kinledger::tools
