package io.masterlatch.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real Chromium without a window, as wide as a phone or a desktop. */
public final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** All visible texts with less contrast to their background than the 4.5 to 1 of WCAG's level AA. */
    private static final String FAINT = """
            const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
            const rgba = color => {
              canvas.clearRect(0, 0, 1, 1);
              canvas.fillStyle = color;
              canvas.fillRect(0, 0, 1, 1);
              return canvas.getImageData(0, 0, 1, 1).data;
            };
            const luminance = color => {
              const [r, g, b] = [...rgba(color)].map(c => c / 255)
                  .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
              return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            const ground = element => {
              const color = getComputedStyle(element).backgroundColor;
              if (rgba(color)[3] === 255) return color;
              return element.parentElement ? ground(element.parentElement) : 'white';
            };
            const faint = [];
            const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            let seen = 0;
            while (texts.nextNode()) {
              const element = texts.currentNode.parentElement;
              const text = texts.currentNode.textContent.trim();
              if (!text || !element.checkVisibility() || element.closest('.visually-hidden')) continue;
              seen += 1;
              const [dark, light] = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort((a, b) => a - b);
              const ratio = (light + 0.05) / (dark + 0.05);
              if (ratio < 4.5) faint.push(text + ' ' + ratio.toFixed(2));
            }
            return seen ? faint : ['nothing is to be read'];
            """;

    /** Warns that it does not know this version's every command, none of which is used. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final Path directory = Workplace.directory("browser");
    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts one, or skips the test and says which Debian package is missing. */
    public static Browser open() {
        Path chromium = Program.installed("chromium", "chromium").executable();
        Path chromeDriver = Program.installed("chromedriver", "chromium-driver").executable();
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.toString());
        options.addArguments("--headless=new", "--disable-gpu", "--disable-dev-shm-usage");
        if (System.getProperty("user.name").equals("root")) {
            // Its sandbox refuses to run as root, and the container of a build does.
            options.addArguments("--no-sandbox");
        }
        SELENIUM.setLevel(Level.SEVERE);
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromeDriver.toFile())
                .usingAnyFreePort()
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    /** Opens a page, which takes as long as it takes until its scripts run. */
    public Browser visit(URI page) {
        driver.get(page.toString());
        return this;
    }

    /** Makes it so wide, in CSS pixels; as narrow as a phone it behaves like one. */
    public Browser width(int pixels) {
        return command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", pixels, "height", 800, "deviceScaleFactor", 1, "mobile", pixels < 500));
    }

    /** Has its user prefer light or dark colours. */
    public Browser scheme(String name) {
        return command(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", name))));
    }

    /** Puts its user into a time zone, such as Asia/Kolkata. */
    public Browser timeZone(String name) {
        return command("Emulation.setTimezoneOverride", Map.of("timezoneId", name));
    }

    /** Allows a page to write and read the clipboard without asking. */
    public Browser allowClipboard() {
        return command(
                "Browser.grantPermissions",
                Map.of("permissions", List.of("clipboardReadWrite", "clipboardSanitizedWrite")));
    }

    public String title() {
        return driver.getTitle();
    }

    /**
     * Returns the visible text of the first element that a CSS selector finds, with plain spaces; empty when there is
     * none.
     */
    public String text(String selector) {
        String text = (String) run(
                "return document.querySelector(arguments[0])?.checkVisibility()"
                        + " ? document.querySelector(arguments[0]).innerText : ''",
                selector);
        return text.replace('\u00a0', ' ');
    }

    /** Returns how many elements a CSS selector finds. */
    public long count(String selector) {
        return (Long) run("return document.querySelectorAll(arguments[0]).length", selector);
    }

    /** Clicks the element that a CSS selector finds, as its user does. */
    public void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    /** Returns an attribute of the element that a CSS selector finds, as it was written. */
    public String attribute(String selector, String name) {
        return (String)
                run("return document.querySelector(arguments[0]).getAttribute(arguments[1]) ?? ''", selector, name);
    }

    /** Waits until the element that a CSS selector finds shows a text that is as wanted, and returns it. */
    public String awaitText(String selector, Predicate<String> wanted) {
        try {
            return await(selector)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(PATIENCE)
                    .until(() -> text(selector), wanted);
        } catch (org.awaitility.core.ConditionTimeoutException late) {
            throw new AssertionError(
                    selector + " shows '" + text(selector) + "' for " + PATIENCE + ", see " + screenshot("late"), late);
        }
    }

    /** Waits until the element that a CSS selector finds shows this. */
    public String awaitText(String selector, String wanted) {
        return awaitText(selector, wanted::equals);
    }

    /** Runs the body of a function in the page. */
    public Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** Returns the texts that are hard to read for their colour. */
    public List<?> faintTexts() {
        return (List<?>) run(FAINT);
    }

    /** Returns by how many pixels the page is wider than the window. */
    public long overhang() {
        return (Long) run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    }

    /** Returns what the browser complained of since it was asked last, but for answers that are no 200. */
    public List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(Object::toString)
                .filter(line -> !line.contains("Failed to load resource"))
                .toList();
    }

    /** Keeps a picture of the whole page, and returns where. */
    public Path screenshot(String name) {
        return screenshot(directory.resolve(name + ".png"));
    }

    /** Writes a picture of the whole page to this file, and returns it. */
    public Path screenshot(Path file) {
        Object height = run("return document.documentElement.scrollHeight");
        Object width = run("return innerWidth");
        Map<String, Object> area = Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1);
        Map<String, Object> picture =
                driver.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip", area));
        try {
            return Files.write(file, Base64.getDecoder().decode((String) picture.get("data")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }

    private Browser command(String name, Map<String, Object> parameters) {
        driver.executeCdpCommand(name, parameters);
        return this;
    }
}
