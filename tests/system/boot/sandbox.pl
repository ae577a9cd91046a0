#!/usr/bin/perl
# sandbox.pl: tries what a service that was taken over would try, inside that service's own sandbox, and prints one line a deed:
# `NAME done` or `NAME refused: reason`. Perl, because it is on every Debian and needs nothing that the sandbox forbids.
use strict;
use warnings;
use Errno;
use POSIX ();
use Socket;

sub report {
    my ($name, $done) = @_;
    print $name, $done ? " done\n" : " refused: $!\n";
}

sub can_write {
    my ($folder) = @_;
    my $done = open(my $file, '>', "$folder/.sandbox-test");
    report("write $folder", $done);
    unlink "$folder/.sandbox-test" if $done;
}

sub can_open {
    my ($path) = @_;
    report("open $path", open(my $file, '<', $path));
}

my %families = (AF_UNIX => 1, AF_INET => 2, AF_INET6 => 10, AF_NETLINK => 16, AF_PACKET => 17, AF_CAN => 29, AF_BLUETOOTH => 31,
    AF_VSOCK => 40);
for my $family (sort keys %families) {
    my $kind = $family =~ /NETLINK|PACKET|CAN|BLUETOOTH/ ? SOCK_RAW : SOCK_STREAM;
    my $protocol = $family =~ /CAN|BLUETOOTH/ ? 1 : 0;
    report("socket $family", socket(my $socket, $families{$family}, $kind, $protocol));
}
# Nobody listens there: what IPAddressDeny= lets through is refused by the other end, and counts as done.
sub can_reach {
    my ($address) = @_;
    socket(my $socket, AF_INET, SOCK_STREAM, 0) or return;
    connect($socket, sockaddr_in(9, inet_aton($address)));
    report("reach $address", $!{ECONNREFUSED});
}

can_reach($_) for qw(127.0.0.1 127.0.0.2);
can_write($_) for qw(/ /etc /usr /var /var/lib /var/lib/garaged /var/lib/mosquitto /home /root /run /dev/shm /tmp);
can_open($_) for qw(/dev/mem /dev/kmsg /dev/sda /dev/tty1 /dev/ttyS0 /dev/net/tun /etc/shadow /var/lib/garaged/access.db /proc/1/status /proc/sys/kernel/hostname /etc/garaged/garaged.conf);
report("run /bin/true", system("/bin/true") == 0);
# By number, as Perl has no names for them, with arguments that no kernel accepts: what gets past the filter fails otherwise.
my %calls = (ptrace => [101, 117], mount => [165, 40], bpf => [321, 280], unshare => [272, 97], kexec_load => [246, 104],
    perf_event_open => [298, 241], io_uring_setup => [425, 425]);
my $machine = {x86_64 => 0, aarch64 => 1}->{(POSIX::uname())[4]};
for my $name (sort keys %calls) {
    last if !defined $machine;
    my $failed = syscall($calls{$name}[$machine], $name eq 'unshare' ? 0x10000000 : -1, 0, 0, 0, 0) == -1;
    report("call $name", !($failed && ($!{EPERM} || $!{ENOSYS})));
}
my $much = 300_000_000; # a constant would be taken while this file is compiled
report("take 300 MB", do {
    my $child = fork;
    exit(length('x' x $much) > 0 ? 0 : 1) if !$child;
    waitpid($child, 0) && $? == 0;
});
report("become root", do { $> = 0; $> == 0 });
