package io.masterlatch.curator;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.zookeeper.client.ConnectStringParser;

/**
 * Finds out why no server gives this client a session, which ZooKeeper's client does not report: it connects to every
 * address of every server and asks it {@code srvr}, which needs no session.
 */
final class ServerProbe {

    private static final int PATIENCE_MILLIS = 1000;
    private static final long LONGEST = Duration.ofSeconds(6).toNanos();
    private static final int MOST_READ = 512;
    private static final Pattern VERSION = Pattern.compile("Zookeeper version: ((\\d+)\\.(\\d+)[^-,\\s]*)");

    /** In every finding about a server that works, and lets this client in as far as the probe can see. */
    static final String NOT_SERVED = "does not serve this client";

    private static final String CLOSES =
            "%s closes connections at once: is its maxClientCnxns reached, or is it another"
                    + " program's port, or one for TLS?";

    private final boolean secure;
    private final BooleanSupplier over;
    private final Map<String, List<String>> findings = new LinkedHashMap<>();

    private ServerProbe(boolean secure, BooleanSupplier over) {
        this.secure = secure;
        this.over = over;
    }

    /**
     * Returns what the servers do, in words. Takes a second for each address that does not answer, and 7 s at the most.
     */
    static String words(String connectString, boolean secure, BooleanSupplier over) {
        ServerProbe probe = new ServerProbe(secure, over);
        probe.run(connectString);
        List<String> words = new ArrayList<>();
        probe.findings.forEach((finding, servers) -> words.add(finding.formatted(String.join(", ", servers))));
        return String.join("; ", words);
    }

    private void run(String connectString) {
        long began = System.nanoTime();
        for (InetSocketAddress server : new ConnectStringParser(connectString).getServerAddresses()) {
            String name = server.getHostString() + ":" + server.getPort();
            try {
                for (InetAddress address : InetAddress.getAllByName(server.getHostString())) {
                    if (over.getAsBoolean() || System.nanoTime() - began > LONGEST) {
                        return;
                    }
                    boolean literal = address.getHostAddress().equals(server.getHostString());
                    find(
                            finding(new InetSocketAddress(address, server.getPort())),
                            literal ? name : name + " (" + address.getHostAddress() + ")");
                }
            } catch (UnknownHostException ex) {
                find("no address is known for the name of %s", name);
            }
        }
    }

    private void find(String finding, String server) {
        findings.computeIfAbsent(finding, none -> new ArrayList<>()).add(server);
    }

    private String finding(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(address, PATIENCE_MILLIS);
            return secure ? "%s can be reached, and " + NOT_SERVED : answer(socket);
        } catch (SocketTimeoutException ex) {
            return "no answer to connection attempts from %s";
        } catch (NoRouteToHostException ex) {
            return "there is no route to %s";
        } catch (ConnectException ex) {
            return "connection refused by %s";
        } catch (IOException ex) {
            String why = String.valueOf(ex.getMessage()).replace("%", "%%");
            return why.matches(".*reset.*|Broken pipe.*") ? CLOSES : "%s cannot be reached: " + why;
        }
    }

    private static String answer(Socket socket) {
        byte[] bytes;
        try {
            socket.getOutputStream().write("srvr".getBytes(US_ASCII));
            bytes = socket.getInputStream().readNBytes(MOST_READ);
        } catch (SocketTimeoutException ex) {
            return "%s accepts connections and does not answer: is it stopped, or another program's port, or one for TLS?";
        } catch (IOException ex) {
            bytes = new byte[0];
        }
        String text = new String(bytes, US_ASCII);
        Matcher version = VERSION.matcher(text);
        if (bytes.length == 0) {
            return CLOSES;
        }
        if (version.lookingAt()) {
            return isTooOld(version)
                    ? "%s is ZooKeeper " + version.group(1) + ", and 3.4 or later is needed"
                    : "%s " + NOT_SERVED + ": its log may say why";
        }
        if (text.startsWith("This ZooKeeper instance is not currently serving")) {
            return "%s serves no clients: it is starting, or has no quorum";
        }
        return text.contains("is not executed because it is not in the whitelist")
                ? "%s is a ZooKeeper, and " + NOT_SERVED + ": it may have no quorum"
                : "%s is no ZooKeeper";
    }

    private static boolean isTooOld(Matcher version) {
        int major = Integer.parseInt(version.group(2));
        return major < 3 || major == 3 && Integer.parseInt(version.group(3)) < 4;
    }
}
