// A program finds what another version derived from the log, in an older or a newer form, and is
// killed while it makes that anew: opened again it gives the same answers, with nothing to be done
// by hand.
#include <poll.h>
#include <rocksdb/db.h>
#include <sys/inotify.h>

#include <array>
#include <future>
#include <iostream>

#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

namespace fs = std::filesystem;

/// Changes of the files below a directory, as they happen.
class Changes {
 public:
  explicit Changes(const std::vector<fs::path>& directories) {
    for (const auto& directory : directories)
      EXPECT_GE(inotify_add_watch(watch_, directory.c_str(),
                                  IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_MODIFY),
                0);
  }
  ~Changes() { close(watch_); }
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  /// Those since the last call; waits for a moment where there are none.
  std::size_t count() const {
    constexpr int moment_ms = 10;
    pollfd ready{watch_, POLLIN, 0};
    if (poll(&ready, 1, moment_ms) <= 0) return 0;
    alignas(inotify_event) std::array<char, 4096> events;
    const auto bytes = read(watch_, events.data(), events.size());
    std::size_t count = 0;
    for (ssize_t at = 0; at < bytes; ++count)
      at += static_cast<ssize_t>(sizeof(inotify_event) +
                                 reinterpret_cast<const inotify_event*>(events.data() + at)->len);
    return count;
  }

 private:
  const int watch_ = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
};

class Upgrade : public testing::Test {
 protected:
  static constexpr int rows = 2'000;

  Upgrade() {
    std::string premiums;
    for (int i = 0; i < rows; ++i)
      premiums += office_.premium_row("2021-02-01", i % 2 == 0 ? office_.child : office_.sister,
                                      std::to_string(i + 1) + ".00");
    office_.write_premiums("premiums.csv", premiums);
    EXPECT_EQ(office_.shell.run({"import", "city", "premiums.csv"}).exit, 0);
    EXPECT_EQ(office_.shell.run(asking("before.bundle")).exit, 0);
    known_ = std::to_string(office_.tree_size());
    answer_ = answer();
  }

  /// Reads the rows, and with its proof the subject map.
  static std::vector<std::string> asking(const std::string& bundle) {
    return {"ask",     "city",  "status", "person=@child.txt", "--on", "2021-02-02",
            "--prove", "--out", bundle};
  }
  std::string answer() const {
    const auto ran = office_.shell.run(
        {"status", "city", "@child.txt", "--on", "2021-02-02", "--known", known_, "--json"});
    EXPECT_EQ(ran.exit, 0) << ran.told();
    return ran.out;
  }

  fs::path derived() const { return office_.shell.path("city") / "projections"; }
  fs::path map() const { return derived() / "subject-map"; }

  /// The row of the position says the format of all rows, in its first byte.
  static void set_format(const fs::path& directory, char format) {
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::Open({}, directory.string(), &opened);
    ASSERT_TRUE(status.ok()) << status.ToString();
    const std::unique_ptr<rocksdb::DB> db(opened);
    std::string position;
    ASSERT_TRUE(db->Get({}, "p", &position).ok());
    position.front() = format;
    ASSERT_TRUE(db->Put({}, "p", position).ok());
  }

  /// False when the program had ended by then.
  bool kill_after(std::size_t changes) {
    const Changes seen({office_.shell.path("city"), derived(), map()});
    const auto running = office_.shell.run_behind(asking("killed.bundle"), "complaints");
    auto ended = std::async(std::launch::async, [&] { return running->read_line(); });
    const auto is_over = [&] {
      return ended.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    };
    for (std::size_t count = 0; count < changes && !is_over();) count += seen.count();
    return running->end(SIGKILL) == 128 + SIGKILL;
  }

  Office office_;
  std::string known_;
  std::string answer_;
};

TEST_F(Upgrade, KilledWhileTheDerivedIsMadeAnewGivesTheSameAnswers) {
  int killed = 0;
  for (const char format : {'\x00', '\x7f'}) {
    for (std::size_t changes = 1;; changes += changes < 8 ? 1 : changes / 3) {
      SCOPED_TRACE("format " + std::to_string(format) + ", killed after " +
                   std::to_string(changes) + " changes");
      set_format(derived(), format);
      set_format(map(), format);
      const bool was_killed = kill_after(changes);
      killed += was_killed ? 1 : 0;
      ASSERT_EQ(answer(), answer_);
      const auto proven = office_.shell.run(asking("after.bundle"));
      ASSERT_EQ(proven.exit, 0) << proven.told();
      if (!was_killed) break;
    }
    const auto verified = office_.shell.run({"verify", "city"});
    EXPECT_EQ(verified.exit, 0) << verified.told();
  }
  EXPECT_GT(killed, 10);
  std::cout << killed << " kills while projections and subject map were made anew\n";
}

}  // namespace
}  // namespace kinledger::tools
