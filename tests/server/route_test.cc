// The table of routes, and what reads the target of a request.
#include "server/route.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace kinledger::server {
namespace {

TEST(Routes, AreAllDocumented) {
  std::ifstream file(std::string(KINLEDGER_SOURCE_DIR) + "/docs/HTTP.md");
  std::ostringstream text;
  text << file.rdbuf();
  for (const auto& route : routes())
    EXPECT_NE(
        text.str().find("`" + std::string(route.method) + " " + std::string(route.path) + "`"),
        std::string::npos)
        << route.method << " " << route.path;
}

TEST(Routes, HaveNamesOfTheirOwnAndNameEveryWordOfTheirPaths) {
  std::set<std::string_view> names;
  for (const auto& route : routes()) {
    EXPECT_TRUE(names.insert(route.name).second) << route.name;
    EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(route.path, '{')), route.words.size());
    for (const auto& word : route.words)
      EXPECT_NE(route.path.find("{" + std::string(word.name)), std::string_view::npos);
    EXPECT_EQ(route.body_bytes_max > 0, !route.takes.empty()) << route.name;
    EXPECT_FALSE(route.zh.empty() || route.en.empty() || route.gives.empty()) << route.name;
    EXPECT_NE(route.handle, nullptr);
  }
}

std::string name_of(std::string_view method, std::string_view text) {
  const auto target = read_target(text);
  if (!target) return target.error().code;
  const auto matched = match(method, *target);
  return matched.route == nullptr ? "none of " + std::to_string(matched.methods.size())
                                  : std::string(matched.route->name);
}

TEST(Routes, AreFoundByMethodAndPath) {
  EXPECT_EQ(name_of("GET", "/v1/persons/x/status"), "personStatus");
  EXPECT_EQ(name_of("GET", "/v1/persons/x/status?on=2021-01-01"), "personStatus");
  EXPECT_EQ(name_of("POST", "/v1/persons/x/status"), "none of 1");
  EXPECT_EQ(name_of("POST", "/v1/persons/lookup"), "lookUpPerson");
  EXPECT_EQ(name_of("GET", "/v1/persons/x"), "none of 0");
  EXPECT_EQ(name_of("GET", "/v1/persons/x/status/more"), "none of 0");
  EXPECT_EQ(name_of("GET", "/tile/0/x001/067"), "tile");
  EXPECT_EQ(name_of("GET", "/tile"), "none of 0");
  EXPECT_EQ(name_of("GET", "/"), "none of 0");
  EXPECT_EQ(name_of("get", "/healthz"), "none of 1");
}

TEST(RequestTarget, IsDecodedOnce) {
  const auto target = read_target("/v1/%E4%BA%BA?a=1%2B1&b=&c&d=%2541").value();
  EXPECT_EQ(target.path, (std::vector<std::string>{"v1", "人"}));
  EXPECT_EQ(target.find("a"), "1+1");
  EXPECT_EQ(target.find("b"), "");
  EXPECT_EQ(target.find("c"), "");
  EXPECT_EQ(target.find("d"), "%41");
  EXPECT_EQ(target.find("e"), std::nullopt);
}

TEST(RequestTarget, IsRefusedWhereTwoReadersCouldDisagree) {
  for (const auto* text :
       {"",          "v1",     "//",      "/v1/",  "/v1//x",   "/./x",    "/../x",
        "/%2e%2e/x", "/a%2fb", "/%",      "/%4",   "/%4g",     "/%00",    "/%0a",
        "/%7f",      "/%ff",   "/%c0%af", "/x?=1", "/x?a=%zz", "/x?%00=1"})
    EXPECT_FALSE(read_target(text).has_value()) << text;
  EXPECT_TRUE(read_target("/").has_value());
  EXPECT_TRUE(read_target("/x?").has_value());
}

TEST(AcceptField, IsReadForAMediaType) {
  const auto asks = [](const std::string& accept) {
    HttpRequest request;
    request.fields.push_back({"accept", accept});
    return asks_for(request, "text/plain");
  };
  EXPECT_TRUE(asks("text/plain"));
  EXPECT_TRUE(asks("application/json;q=0.5, Text/Plain; q=0.9"));
  EXPECT_TRUE(asks("text/plain, */*")) << "what is named goes before what is not";
  EXPECT_TRUE(asks("text/plain, application/json")) << "what is named first";
  EXPECT_TRUE(asks("text/html, text/plain;q=0.1"));
  EXPECT_FALSE(asks("application/json, text/plain, */*")) << "what programs send by default";
  EXPECT_FALSE(asks("text/plain;q=0.5, application/*"));
  EXPECT_TRUE(asks("text/plain;q=0.5, application/*;q=0.1, */*")) << "of two ranges the narrower";
  EXPECT_FALSE(asks("text/plain;q=0"));
  EXPECT_FALSE(asks("text/plain;Q=0.0, text/html"));
  EXPECT_FALSE(asks("*/*"));
  EXPECT_FALSE(asks("text/plainer"));
  EXPECT_FALSE(asks(""));
}

}  // namespace
}  // namespace kinledger::server
