// What a client can make the listener hold or wait for: whom it turns away, and whom it lets go.
#include <fcntl.h>
#include <sys/resource.h>

#include <future>
#include <thread>

#include "server/http_listener.h"
#include "tests/server/listening.h"

namespace kinledger::server {
namespace {

using std::chrono_literals::operator""ms;
using HttpLimits = HttpListenerTest;

TEST_F(HttpLimits, LetsGoWhoSendsNothingOrStops) {
  auto with = options();
  with.deadlines.head = with.deadlines.body = with.deadlines.idle = 20ms;
  serve(with, echo());
  EXPECT_EQ(exchange(""), "");
  EXPECT_EQ(status_of(exchange("GET / HT")), 408);
  EXPECT_EQ(status_of(exchange(post + "Content-Length: 3\r\n\r\nab")), 408);
  const auto idle = exchange(get + "\r\n");
  EXPECT_EQ(status_of(idle), 200) << "and is then closed, as nothing more is asked";
  EXPECT_EQ(handled_, 1);
}

// A byte now and then moves no deadline: neither gets to its end.
TEST_F(HttpLimits, LetsGoWhoSendsSlowly) {
  auto with = options();
  with.body_bytes_max = 1'000'000;
  with.deadlines.head = 50ms;
  with.deadlines.body = 50ms;
  serve(with, echo());
  for (const auto& begin : {get + "X: ", post + "Content-Length: 1000000\r\n\r\n"}) {
    const SocketClient client(serving_->port());
    client.send(begin);
    while (!client.has_arrived(1ms)) client.send("a");
    EXPECT_EQ(status_of(client.read_all()), 408);
  }
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpLimits, SurvivesClientsThatBreakOff) {
  serve();
  for (int i = 0; i < 50; ++i) {
    const SocketClient client(serving_->port());
    client.send(i % 2 == 0 ? get + "X" : post + "Content-Length: 50\r\n\r\nabc");
    if (i % 3 == 0) client.reset();
    if (i % 3 == 1) client.shut();
  }
  EXPECT_EQ(status_of(exchange(get + "Connection: close\r\n\r\n")), 200);
  const SocketClient half(serving_->port());
  half.send(get + "\r\n");
  half.shut();
  EXPECT_EQ(status_of(half.read_all()), 200) << "a half-closed connection has its answer";
}

TEST_F(HttpLimits, TurnsAwayMoreConnectionsThanItHolds) {
  auto with = options();
  with.connections_max = 2;
  std::promise<void> over;
  serve(with, [&, wait = over.get_future().share()](const HttpRequest&) -> HttpResponse {
    ++handled_;
    wait.wait();
    return {200, "text/plain", {}, "ok"};
  });
  const SocketClient first(serving_->port()), second(serving_->port());
  for (const auto* client : {&first, &second}) client->send(get + "\r\n");
  while (handled_ < 2) std::this_thread::yield();
  const SocketClient third(serving_->port());
  EXPECT_EQ(status_of(third.read_all()), 503) << "both are being answered";
  EXPECT_EQ(refused(), std::vector{503U});
  over.set_value();
  for (const auto* client : {&first, &second}) EXPECT_EQ(status_of(client->read_response()), 200);
}

TEST_F(HttpLimits, WhoeverLetsItWaitMakesRoom) {
  auto with = options();
  with.connections_max = 4;
  with.deadlines.idle = with.deadlines.body = std::chrono::minutes(10);
  serve(with, echo());
  // Once somebody else was answered, the server waits for those who were before.
  const auto barrier = [&] {
    EXPECT_EQ(status_of(exchange(get + "Connection: close\r\n\r\n")), 200);
  };
  const auto come = [&](const std::string& bytes) {
    auto client = std::make_unique<SocketClient>(serving_->port());
    client->send(bytes);
    return client;
  };
  const auto come_and_stay = [&] {
    auto client = come(get + "\r\n");
    EXPECT_EQ(status_of(client->read_response()), 200);
    return client;
  };
  const auto uploading = come(post + "Content-Length: 3\r\n\r\na");
  const auto first = come_and_stay(), second = come_and_stay();
  barrier();
  const auto third = come_and_stay();
  const auto fourth = come_and_stay();
  EXPECT_EQ(first->read_all(), "") << "let go";
  const auto fifth = come_and_stay();
  EXPECT_EQ(second->read_all(), "") << "let go";
  uploading->send("bc");
  EXPECT_EQ(status_of(uploading->read_response()), 200) << "others waited for nothing but to come";
  // Where all are sending bodies, the one who has been at it longest.
  for (const auto* client : {uploading.get(), third.get(), fourth.get(), fifth.get()}) {
    client->send(post + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client->read_head(), "HTTP/1.1 100 Continue\r\n\r\n");
  }
  barrier();
  EXPECT_EQ(uploading->read_all(), "") << "let go";
  for (const auto* client : {third.get(), fourth.get(), fifth.get()}) {
    client->send("abc");
    EXPECT_EQ(status_of(client->read_response()), 200);
  }
  EXPECT_EQ(refused(), std::vector<unsigned>());
}

TEST_F(HttpLimits, TurnsAwayMoreConnectionsThanOneAddressMayHave) {
  auto with = options();
  with.connections_per_address_max = 1;
  serve(with, echo());
  auto first = std::make_unique<SocketClient>(serving_->port());
  first->send(get + "\r\n");
  EXPECT_EQ(status_of(first->read_response()), 200);
  const auto turned_away = SocketClient(serving_->port()).read_all();
  EXPECT_EQ(status_of(turned_away), 503);
  EXPECT_NE(turned_away.find("\r\nRetry-After: "), std::string::npos);
  EXPECT_NE(turned_away.find("\r\nDate: "), std::string::npos);
  const SocketClient other(serving_->port(), "127.0.0.2");
  other.send(get + "\r\n");
  EXPECT_EQ(status_of(other.read_response()), 200) << "others are not affected";
  first->send(get + "\r\n");
  EXPECT_EQ(status_of(first->read_response()), 200);
  // Its place is free again once the server has seen that it left.
  first.reset();
  int status = 0;
  while (status != 200) {
    const SocketClient next(serving_->port());
    next.send(get + "Connection: close\r\n\r\n");
    status = status_of(next.read_all());
  }
  other.send(get + "\r\n");
  EXPECT_EQ(status_of(other.read_response()), 200);
}

TEST_F(HttpLimits, ZeroIsNoLimitForAnAddress) {
  auto with = options();
  with.connections_per_address_max = 0;
  serve(with, echo());
  const SocketClient first(serving_->port()), second(serving_->port());
  for (const auto* client : {&first, &second}) {
    client->send(get + "\r\n");
    EXPECT_EQ(status_of(client->read_response()), 200);
  }
}

TEST_F(HttpLimits, TakesBodiesAsLongAsTheTargetAllows) {
  auto with = options();
  with.body_bytes_max_of = [](std::string_view method, std::string_view target) -> std::size_t {
    return method == "PUT" && target.starts_with("/big") ? 3'000'000 : 4;
  };
  serve(with, [](const HttpRequest& request) -> HttpResponse {
    return {200, "text/plain", {}, std::to_string(std::hash<std::string>()(request.body))};
  });
  std::string body;
  for (int i = 0; body.size() < 3'000'000; ++i) body += std::to_string(i) + " ";
  body.resize(3'000'000);
  const auto put = [](const std::string& target, const std::string& what) {
    return "PUT " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
           std::to_string(what.size()) + "\r\n\r\n" + what;
  };
  const auto whole = exchange(put("/big/1", body));
  EXPECT_TRUE(whole.ends_with("\r\n\r\n" + std::to_string(std::hash<std::string>()(body))));
  EXPECT_EQ(status_of(exchange(put("/big/1", body + "a"))), 413);
  EXPECT_EQ(status_of(exchange(put("/small", "abcd"))), 200);
  EXPECT_EQ(status_of(exchange(put("/small", "abcde"))), 413);
  EXPECT_EQ(status_of(exchange(post + "Content-Length: 5\r\n\r\nabcde")), 413);
}

TEST_F(HttpLimits, TakesNoMoreBodiesAtATimeThanItHasRoomFor) {
  auto with = options();
  with.body_bytes_max = 200'000;
  with.bodies_bytes_max = 250'000;
  serve(with, echo());
  const auto head = [](std::size_t bytes) {
    return "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " +
           std::to_string(bytes) + "\r\nExpect: 100-continue\r\n\r\n";
  };
  const std::string big(150'000, 'a');
  const SocketClient first(serving_->port());
  first.send(head(big.size()));
  EXPECT_EQ(status_of(first.read_head()), 100);
  EXPECT_EQ(status_of(exchange(head(big.size()) + big)), 503);
  EXPECT_EQ(refused(), std::vector{503U});
  EXPECT_EQ(status_of(exchange(post + "Connection: close\r\nContent-Length: 3\r\n\r\nabc")), 200);
  first.send(big);
  EXPECT_EQ(status_of(first.read_all()), 200);
  const auto again = exchange(head(big.size()) + big);
  EXPECT_NE(again.find("HTTP/1.1 200 OK"), std::string::npos) << again.substr(0, 200);
}

TEST_F(HttpLimits, HoldsNoMoreAnswersThanItHasRoomFor) {
  auto with = options();
  with.answers_bytes_max = 250'000;
  std::promise<void> is_held;
  std::function<void(bool)> let_go;
  serve(with, [&](const HttpRequest& request) {
    HttpResponse response;
    response.body = std::string(request.target == "/huge" ? 300'000 : 150'000, 'a');
    if (request.target == "/slow")
      response.held_back = [&](std::function<void(bool)> may_leave) {
        let_go = std::move(may_leave);
        is_held.set_value();
      };
    return response;
  });
  const auto asked = [](const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  };
  EXPECT_EQ(status_of(exchange(asked("/huge"))), 503);
  const SocketClient first(serving_->port());
  first.send(asked("/slow"));
  is_held.get_future().get();
  const auto refused = exchange(asked("/"));
  EXPECT_EQ(status_of(refused), 503);
  EXPECT_NE(refused.find("ANSWERS_FULL"), std::string::npos) << refused;
  let_go(true);
  EXPECT_EQ(status_of(first.read_all()), 200);
  EXPECT_EQ(status_of(exchange(asked("/"))), 200) << "there is room again";
}

// Memory is taken for what came, not for what was said to come.
TEST_F(HttpLimits, TakesNoMemoryForALengthThatIsOnlySaid) {
  const auto peak_kib = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  auto with = options();
  with.body_bytes_max = std::size_t{1} << 30;
  with.bodies_bytes_max = with.body_bytes_max;
  serve(with, echo());
  EXPECT_EQ(status_of(exchange(get + "Connection: close\r\n\r\n")), 200);
  const auto before = peak_kib();
  {
    const SocketClient client(serving_->port());
    client.send(post + "Content-Length: 1000000000\r\n\r\na");
    client.shut();
    EXPECT_EQ(client.read_all(), "");
  }
  EXPECT_LT(peak_kib() - before, 100'000);
  EXPECT_EQ(handled_, 1);
}

TEST_F(HttpLimits, BigBodiesHaveMoreTime) {
  auto with = options();
  with.body_bytes_max = std::size_t{4} << 20;
  with.deadlines.body = 0ms;
  with.deadlines.body_mebibyte = 60'000ms;
  serve(with, echo());
  EXPECT_EQ(status_of(exchange(post + "Content-Length: 1048575\r\n\r\n")), 408) << "has none";
  const SocketClient client(serving_->port());
  client.send(post + "Content-Length: 1048576\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_of(exchange(post + "Content-Length: 1048575\r\n\r\n")), 408);
  client.send(std::string(1 << 20, 'a'));
  EXPECT_EQ(status_of(client.read_all()), 200);
}

/// All that the process may still open, but one.
class Exhausted {
 public:
  Exhausted() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = 256;
    ::setrlimit(RLIMIT_NOFILE, &few);
    const auto open_one = [] { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); };
    for (int file = open_one(); file >= 0; file = open_one()) files_.push_back(file);
    ::close(files_.back());
    files_.pop_back();
  }
  ~Exhausted() {
    for (const int file : files_) ::close(file);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  Exhausted(const Exhausted&) = delete;
  Exhausted& operator=(const Exhausted&) = delete;

 private:
  rlimit before_{};
  std::vector<int> files_;
};

TEST_F(HttpLimits, WaitsForRoomWhenTheSystemHasNone) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer opens files of its own to look at an object";
#endif
  std::promise<void> warned;
  auto with = options();
  with.warn = [&, is_first = true](std::string_view) mutable {
    if (std::exchange(is_first, false)) warned.set_value();
  };
  serve(with, echo());
  EXPECT_EQ(status_of(exchange(get + "Connection: close\r\n\r\n")), 200);
  std::unique_ptr<SocketClient> client;
  {
    const Exhausted exhausted;
    client = std::make_unique<SocketClient>(serving_->port());
    warned.get_future().wait();
  }
  client->send(get + "Connection: close\r\n\r\n");
  EXPECT_EQ(status_of(client->read_all()), 200);
}

TEST_F(HttpLimits, TheOldestOfThoseWhoSendNothingMakesRoom) {
  auto with = options();
  with.newcomers_max = 3;
  with.deadlines.head = std::chrono::minutes(10);
  serve(with, echo());
  const SocketClient known(serving_->port());
  known.send(get + "\r\n");
  EXPECT_EQ(status_of(known.read_response()), 200);
  std::vector<std::unique_ptr<SocketClient>> silent;
  for (int i = 0; i < 3; ++i) {
    silent.push_back(std::make_unique<SocketClient>(serving_->port()));
    silent.back()->send("GET / HT");
  }
  EXPECT_EQ(status_of(exchange(get + "Connection: close\r\n\r\n")), 200);
  EXPECT_EQ(silent.front()->read_all(), "") << "let go";
  // Those behind it, and whoever was answered before, stay.
  silent.back()->send("TP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_of(silent.back()->read_all()), 200);
  known.send(get + "Connection: close\r\n\r\n");
  EXPECT_EQ(status_of(known.read_all()), 200);
}

}  // namespace
}  // namespace kinledger::server
